package dev.mailtide.ingest;

import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.spool.SpoolEntry;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way straight to Kafka. Requests wait in a bounded queue for the one thread that sends, since a send can block. What
 * Kafka has not acked stays in memory, so that is bounded, too.
 */
final class Publisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

    private final RawProducer producer;
    private final QueueLimits limits;
    private final KafkaState state;
    private final BlockingQueue<Pending> queue;
    private final AtomicLong bytesHeld = new AtomicLong();
    private final Thread thread = new Thread(this::run, "ingest-publisher");
    private volatile boolean closing;

    Publisher(RawProducer producer, QueueLimits limits, KafkaState state) {
        this.producer = producer;
        this.limits = limits;
        this.state = state;
        this.queue = new ArrayBlockingQueue<>(limits.requestsMax());
    }

    void start() {
        thread.start();
    }

    /**
     * Never blocks.
     *
     * @return true once Kafka has it; false if it will not be sent, or the send failed, in which case it may be there all
     *     the same. Never an exception
     */
    CompletableFuture<Boolean> publish(SpoolEntry entry) {
        Pending pending = new Pending(entry);
        if (bytesHeld.addAndGet(entry.body().length) > limits.bytesMax() || closing || !queue.offer(pending)) {
            bytesHeld.addAndGet(-entry.body().length);
            pending.complete(false);
        }
        return pending;
    }

    /** Requests that no send has begun for. */
    int queued() {
        return queue.size();
    }

    /** Bytes of all bodies that are not acked. */
    long bytesHeld() {
        return bytesHeld.get();
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Pending next = queue.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    send(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // A thread that ended would leave a process that is alive and deaf.
                LOG.error("this should not have happened; going on", e);
            }
        }
    }

    private void send(Pending next) {
        long begun = System.nanoTime();
        producer.send(next.entry, failure -> {
            bytesHeld.addAndGet(-next.entry.body().length);
            failure.ifPresentOrElse(state::failed, () -> state.acked(Duration.ofNanos(System.nanoTime() - begun)));
            next.complete(failure.isEmpty());
        });
    }

    /** Sends what is queued. The acks come until the producer is closed. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Pending extends CompletableFuture<Boolean> {

        private final SpoolEntry entry;

        Pending(SpoolEntry entry) {
            this.entry = entry;
        }
    }
}
