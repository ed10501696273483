package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what is alive but deaf: every few seconds it looks whether the topics are still there ({@link TopicGuard}), whether
 * what waits is being read, and whether every thread asks for more ({@link Stillness}). An application that lost a topic, or
 * stands still for too long while Kafka answers, gives up, so that a supervisor starts the process again. What hangs is in
 * the log then, by class and method.
 */
public final class Watchdog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /**
     * Longer than a rebalance, and than half of {@code max.poll.interval.ms}, within which Kafka Streams polls however much
     * there is to do; shorter than the whole of it, after which another thread would hide it.
     */
    private static final Duration STILL_MAX = Duration.ofMinutes(3);

    private static final Pace PACE = new Pace(STILL_MAX, Duration.ofSeconds(5));
    private static final Duration END_MAX = Duration.ofSeconds(1);

    private final String application;
    private final RunningStreams running;
    private final TopicGuard guard;
    private final GroupView view;
    private final Stillness stillness;
    private final BooleanSupplier isWaiting;
    private final ScheduledExecutorService thread;

    /** For how long it may stand still, and how often that is looked at. */
    record Pace(Duration stillMax, Duration lookEvery) {}

    /** Begins to look. */
    public static Watchdog over(RunningStreams running, TopicGuard guard, KafkaAccess kafka) {
        return over(running, guard, kafka, () -> false);
    }

    /**
     * Begins to look.
     *
     * @param isWaiting whether it waits for something that passes by itself: then only a thread that hangs ends it
     */
    public static Watchdog over(
            RunningStreams running, TopicGuard guard, KafkaAccess kafka, BooleanSupplier isWaiting) {
        return new Watchdog(running, guard, kafka, isWaiting, PACE);
    }

    Watchdog(RunningStreams running, TopicGuard guard, KafkaAccess kafka, BooleanSupplier isWaiting, Pace pace) {
        this.application = running.name();
        this.running = running;
        this.guard = guard;
        this.view = new GroupView(kafka, application);
        this.isWaiting = isWaiting;
        this.stillness = new Stillness(pace.stillMax());
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, application + "-watchdog"));
        var unused =
                thread.scheduleWithFixedDelay(this::look, 0, pace.lookEvery().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            guard.look().ifPresent(running::giveUp);
            standingStill().ifPresent(still -> {
                StackTraces.log(application);
                running.giveUp(application + ": " + still);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // Kafka's failure, not ours: a restart would help nobody.
            stillness.forget();
            LOG.debug("{}: cannot look whether it stands still", application, e);
        } catch (RuntimeException e) {
            // The thread must not end by a mistake of ours, unseen.
            LOG.error(
                    "{}: the watchdog failed with {}", application, e.getClass().getName());
            LOG.debug("the failure in full", e);
        }
    }

    private Optional<String> standingStill() throws ExecutionException, TimeoutException, InterruptedException {
        KafkaStreams.State state = running.streams().state();
        if (!state.isRunningOrRebalancing()) {
            stillness.forget();
            return Optional.empty();
        }
        if (isWaiting.getAsBoolean()) {
            stillness.excuse();
        }
        return stillness.after(new Stillness.Sight(
                System.nanoTime(),
                state == KafkaStreams.State.RUNNING,
                ownWithMoreToRead(),
                running.restored(),
                Polls.longestAgo(running.streams().metrics())));
    }

    private Map<TopicPartition, Long> ownWithMoreToRead()
            throws ExecutionException, TimeoutException, InterruptedException {
        Set<TopicPartition> own = running.streams().metadataForLocalThreads().stream()
                .flatMap(local -> local.activeTasks().stream())
                .flatMap(task -> task.topicPartitions().stream())
                .collect(Collectors.toSet());
        Map<TopicPartition, Long> committed = view.committed();
        Map<TopicPartition, Long> waiting = new HashMap<>();
        view.committedEnds(own).forEach((partition, end) -> {
            long position = committed.getOrDefault(partition, 0L);
            if (position < end) {
                waiting.put(partition, position);
            }
        });
        return waiting;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean ended = thread.awaitTermination(END_MAX.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("{}: the watchdog has ended: {}", application, ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        view.close();
    }
}
