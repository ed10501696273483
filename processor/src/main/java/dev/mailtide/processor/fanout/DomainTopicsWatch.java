package dev.mailtide.processor.fanout;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks after the topics of domains every few seconds, on a thread of its own: a stream thread may be waiting for one. */
final class DomainTopicsWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DomainTopicsWatch.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final DomainTopics topics;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "fan-out-topics"));

    private DomainTopicsWatch(DomainTopics topics) {
        this.topics = topics;
    }

    /** Begins to look. */
    static DomainTopicsWatch over(DomainTopics topics) {
        DomainTopicsWatch watch = new DomainTopicsWatch(topics);
        var unused = watch.thread.scheduleWithFixedDelay(
                watch::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        try {
            topics.look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | KafkaException | IllegalStateException e) {
            // Kafka does not answer, or not yet: the next look asks again.
            LOG.debug("cannot look after the topics of domains", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
