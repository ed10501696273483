package dev.mailtide.ingest;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicMismatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that ingest's topics are there, above all the raw one. Kafka may be away when ingest starts: then it is tried
 * until it is done.
 */
final class IngestTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IngestTopics.class);

    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(2);

    private final KafkaAccess kafka;
    private final List<Topic<String, byte[]>> topics;
    private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "ingest-topics");

    IngestTopics(KafkaAccess kafka, List<Topic<String, byte[]>> topics) {
        this.kafka = kafka;
        this.topics = topics;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits for the end of the first try, but not long.
     *
     * @throws TopicMismatch if a topic is there with another shape
     */
    void awaitFirstTry(Duration patience) {
        try {
            firstTry.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("Kafka has not answered yet; starting all the same, bodies go to the spool until it does");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicMismatch mismatch) {
                throw mismatch;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean told = false;
        while (true) {
            try {
                kafka.createMissing(topics);
                firstTry.complete(null);
                return;
            } catch (TopicMismatch e) {
                if (!firstTry.completeExceptionally(e)) {
                    LOG.error("{}; bodies are kept in it all the same", e.getMessage());
                }
                return;
            } catch (ResourceException e) {
                if (!told) {
                    LOG.warn("{}; bodies go to the spool meanwhile", e.getMessage());
                }
                told = true;
                firstTry.complete(null);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(TRY_AGAIN_AFTER.toMillis());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
