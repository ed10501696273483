package dev.mailtide.processor;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicCreator;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes topics again that somebody deleted, where nothing is counted from them: what stood there is lost, and that is who
 * deleted it wanted. Without the topic its writers would wait for it, and the counting with them.
 */
final class KeptTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(KeptTopics.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KafkaAccess kafka;
    private final List<Topic<String, byte[]>> topics;
    private final Admin admin;
    private final Counter madeAgain;
    private Map<String, Throwable> refused = Map.of();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "kept-topics"));

    private KeptTopics(KafkaAccess kafka, List<Topic<String, byte[]>> topics, Meters meters) {
        this.kafka = kafka;
        this.topics = topics;
        this.admin = kafka.openAdmin();
        this.madeAgain = meters.counter(
                "mailtide.processor.topics.made.again",
                "Topics that somebody deleted while it ran, and that were made again");
    }

    /** Begins to look. */
    static KeptTopics over(KafkaAccess kafka, List<Topic<String, byte[]>> topics, Meters meters) {
        KeptTopics kept = new KeptTopics(kafka, topics, meters);
        var unused = kept.thread.scheduleWithFixedDelay(
                kept::look, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return kept;
    }

    private void look() {
        try {
            Set<String> there = admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            List<Topic<String, byte[]>> gone = topics.stream()
                    .filter(topic -> !there.contains(topic.name()))
                    .toList();
            makeAgain(gone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // Kafka does not answer, or not yet: the next look asks again.
            LOG.debug("cannot look whether topics are still there", e);
        }
    }

    /** A broker that has just started may not know of all that are there, and other instances make them, too. */
    private void makeAgain(List<Topic<String, byte[]>> gone)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (gone.isEmpty()) {
            refused = Map.of();
            return;
        }
        TopicCreator.Made made = new TopicCreator(admin, PATIENCE).makeEach(gone, kafka::openAdmin);
        madeAgain.increment(made.created().size());
        made.created().forEach(topic -> LOG.warn("{} was not there any more, and was made again, empty", topic));
        if (!made.refused().keySet().equals(refused.keySet())) {
            made.refused()
                    .forEach((topic, why) -> LOG.warn(
                            "{} is not there any more, and Kafka refuses to make it again ({}); what writes to it waits",
                            topic,
                            why.getClass().getSimpleName()));
        }
        refused = made.refused();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        admin.close(PATIENCE);
    }
}
