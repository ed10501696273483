package dev.mailtide.ingest;

import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolRefusedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a body durable on one of two ways that do not depend on each other: Kafka's ack, or the spool. Kafka goes first; if
 * it has not acked within {@code ingest.ack-wait}, the same entry goes to the spool as well, in doubt, and whichever is
 * durable first decides the answer. Only when both refuse is the body refused.
 */
final class Hedge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hedge.class);

    private static final Outcome ON_KAFKA = new Outcome.Stored(Outcome.Way.KAFKA);
    private static final Outcome IN_SPOOL = new Outcome.Stored(Outcome.Way.SPOOL);

    /** How long the spool alone is waited for while the breaker is open: longer than a disk that works ever takes. */
    private static final Duration DISK_PATIENCE = Duration.ofSeconds(1);

    private final Publisher publisher;
    private final Spool spool;
    private final KafkaState kafka;
    private final Duration ackWait;
    private final Duration answerWait;
    private final SpoolMeters meters;
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, Hedge::timerThread);

    /**
     * @param ackWait how long Kafka alone may take; zero for always the spool
     * @param answerWait how long a body may wait for an answer once both ways were asked
     */
    Hedge(
            Publisher publisher,
            Spool spool,
            KafkaState kafka,
            Duration ackWait,
            Duration answerWait,
            SpoolMeters meters) {
        this.publisher = publisher;
        this.spool = spool;
        this.kafka = kafka;
        this.ackWait = ackWait;
        this.answerWait = answerWait;
        this.meters = meters;
        // Nearly every timer is cancelled by an ack long before it is due.
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static Thread timerThread(Runnable work) {
        Thread thread = new Thread(work, "ingest-timer");
        thread.setDaemon(true);
        return thread;
    }

    /** Never blocks. The future always completes with an outcome, never with an exception. */
    CompletableFuture<Outcome> accept(SpoolEntry entry) {
        return new Attempt(entry).begin();
    }

    /** No timer fires any more; what still waits is decided by the ways being closed. */
    @Override
    public void close() {
        timer.shutdown();
    }

    /** One body. Its methods are called by several threads. */
    private final class Attempt {

        private final SpoolEntry entry;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        private final AtomicBoolean spooling = new AtomicBoolean();
        private final AtomicBoolean sending = new AtomicBoolean();
        private volatile @Nullable ScheduledFuture<?> wait;
        private volatile Optional<Refusal> spoolRefused = Optional.empty();

        Attempt(SpoolEntry entry) {
            this.entry = entry;
        }

        CompletableFuture<Outcome> begin() {
            if (ackWait.isZero() || kafka.isOpen()) {
                spooling.set(true);
                after(DISK_PATIENCE, this::send);
                when(spool.append(entry), this::spoolOnlyAnswered);
            } else {
                sending.set(true);
                CompletableFuture<Boolean> ack = publisher.publish(entry);
                after(ackWait, () -> waitedFor(ack));
                when(ack, (acked, never) -> kafkaAnswered(acked, ack));
            }
            return outcome;
        }

        private void after(Duration delay, Runnable action) {
            try {
                ScheduledFuture<?> scheduled = timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
                wait = scheduled;
                if (outcome.isDone()) {
                    scheduled.cancel(false);
                }
            } catch (RejectedExecutionException closing) {
                LOG.debug("no timer any more: the ways being closed decide", closing);
            }
        }

        private void decide(Outcome known) {
            outcome.complete(known);
            ScheduledFuture<?> waiting = wait;
            if (waiting != null) {
                waiting.cancel(false);
            }
        }

        private void kafkaAnswered(boolean acked, CompletableFuture<Boolean> ack) {
            if (acked) {
                decide(ON_KAFKA);
            } else if (spoolRefused.isPresent()) {
                decide(new Outcome.Refused(spoolRefused.get()));
            } else {
                hedge(ack);
            }
        }

        private void waitedFor(CompletableFuture<Boolean> ack) {
            if (!outcome.isDone()) {
                hedge(ack);
            }
        }

        /** Once for each attempt, whether the time is over or Kafka has failed at once. */
        private void hedge(CompletableFuture<Boolean> ack) {
            if (spooling.compareAndSet(false, true)) {
                kafka.missed();
                after(answerWait, this::giveUp);
                when(spool.append(entry, ack), (place, refused) -> spoolAnswered(refused, ack));
            }
        }

        private void spoolAnswered(@Nullable Throwable refused, CompletableFuture<Boolean> ack) {
            if (refused == null) {
                meters.appended();
                decide(IN_SPOOL);
                when(ack, (acked, never) -> decidedLate(acked));
                return;
            }
            Refusal refusal = refusalOf(refused);
            spoolRefused = Optional.of(refusal);
            if (ack.isDone() && !ack.join()) {
                decide(new Outcome.Refused(refusal));
            }
        }

        private void decidedLate(boolean acked) {
            if (acked) {
                meters.drainedByFirstSend();
            }
        }

        private void spoolOnlyAnswered(@Nullable FrameRef place, @Nullable Throwable refused) {
            if (refused == null) {
                meters.appended();
                decide(IN_SPOOL);
            } else {
                spoolRefused = Optional.of(refusalOf(refused));
                send();
            }
        }

        /** Kafka was not asked, since it seemed to be away. Now it is the last resort: the spool refuses or is silent. */
        private void send() {
            if (outcome.isDone() || !sending.compareAndSet(false, true)) {
                return;
            }
            after(answerWait, this::giveUp);
            CompletableFuture<Boolean> ack = publisher.publish(entry);
            when(ack, (acked, never) -> kafkaAnswered(acked, ack));
        }

        /** Both ways were asked, and neither has answered yet. Either may have the body all the same. */
        private void giveUp() {
            if (!outcome.isDone()) {
                kafka.missed();
                decide(new Outcome.Refused(spoolRefused.orElse(Refusal.SPOOL_BUSY)));
            }
        }
    }

    private static <T> void when(CompletableFuture<T> future, BiConsumer<? super T, ? super Throwable> action) {
        // The outcome is what is waited for; these futures lead to it.
        var unused = future.whenComplete(action);
    }

    private static Refusal refusalOf(Throwable refused) {
        if (refused instanceof SpoolRefusedException known) {
            return switch (known.reason()) {
                case FULL -> Refusal.SPOOL_FULL;
                case FAILED -> Refusal.SPOOL_FAILED;
                case BUSY -> Refusal.SPOOL_BUSY;
                case CLOSED -> Refusal.STOPPING;
            };
        }
        return Refusal.SPOOL_FAILED;
    }
}
