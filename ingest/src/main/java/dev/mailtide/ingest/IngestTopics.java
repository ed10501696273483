package dev.mailtide.ingest;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicMismatch;
import dev.mailtide.common.topic.Topics;
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

    private static final Duration RAW_AGAIN_AFTER = Duration.ofSeconds(2);
    private static final Duration STATUS_AGAIN_AFTER = Duration.ofSeconds(30);

    private final KafkaAccess kafka;
    private final Topics topics;
    private final CompletableFuture<Void> firstTry = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "ingest-topics");

    IngestTopics(KafkaAccess kafka, Topics topics) {
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
     * @throws TopicMismatch if the raw topic is there with another shape
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
        try {
            create(topics.raw(), RAW_AGAIN_AFTER, "bodies go to the spool meanwhile");
            create(topics.sourceStatus(), STATUS_AGAIN_AFTER, "the status of the sources is not told meanwhile");
        } catch (InterruptedException closing) {
            LOG.debug("closed before every topic was there");
        }
    }

    private void create(Topic<?, ?> topic, Duration againAfter, String meanwhile) throws InterruptedException {
        boolean told = false;
        while (true) {
            try {
                kafka.createMissing(List.of(topic));
                firstTry.complete(null);
                return;
            } catch (TopicMismatch e) {
                if (!firstTry.completeExceptionally(e)) {
                    LOG.error("{}; it is written to all the same", e.getMessage());
                }
                return;
            } catch (ResourceException e) {
                if (!told) {
                    LOG.warn("{}; {}", e.getMessage(), meanwhile);
                }
                told = true;
                firstTry.complete(null);
            }
            TimeUnit.MILLISECONDS.sleep(againAfter.toMillis());
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
