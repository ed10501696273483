package dev.mailtide.ingest.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the status of each source, under {@code source|instance}, once a second at most and only when something has
 * changed. It is for people and dashboards; while Kafka is away, nothing waits for it and the next second tells the same.
 */
public final class StatusReport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusReport.class);

    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A status that comes late is worth nothing: the next one says more. */
    private static final Map<String, Object> SETTINGS = Map.of(
            ProducerConfig.CLIENT_ID_CONFIG, "mailtide-ingest-status",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "1048576",
            ProducerConfig.LINGER_MS_CONFIG, "0",
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "5000");

    private final SourceCounts counts;
    private final LongSupplier spoolWaiting;
    private final Supplier<Producer<String, byte[]>> making;
    private final String topic;
    private final String instance;
    private final Instant since;
    private final InstantSource clock;
    private final Map<String, Last> last = new HashMap<>();
    private final Map<String, String> published = new HashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ingest-status"));
    private volatile @Nullable Producer<String, byte[]> producer;

    /** The counts when they were last seen to change, and when that was, to the second; and the same of each reason. */
    private record Last(SourceCounts.Seen counts, Instant at, SortedMap<String, Instant> refusedAt) {

        static final Last NOTHING = new Last(new SourceCounts.Seen(0, new TreeMap<>()), Instant.EPOCH, new TreeMap<>());

        Last then(SourceCounts.Seen seen, Instant now) {
            SortedMap<String, Instant> times = new TreeMap<>(refusedAt);
            seen.refused().forEach((reason, count) -> {
                if (!count.equals(counts.refused().get(reason))) {
                    times.put(reason, now);
                }
            });
            return new Last(seen, now, times);
        }
    }

    /**
     * A report to this topic. Does nothing yet.
     *
     * @param spoolWaiting frames that wait in the spool of this instance
     * @param instance the name of this process among those that take in the same sources
     * @param clock says when the counts began and changed
     */
    public static StatusReport to(
            KafkaAccess kafka,
            Topic<String, byte[]> topic,
            SourceCounts counts,
            LongSupplier spoolWaiting,
            String instance,
            InstantSource clock) {
        return new StatusReport(
                counts,
                spoolWaiting,
                () -> new KafkaProducer<>(
                        kafka.with(SETTINGS),
                        topic.keys().serializer(),
                        topic.values().serializer()),
                topic.name(),
                instance,
                clock);
    }

    /**
     * Does nothing yet.
     *
     * @param spoolWaiting frames that wait in the spool of this instance
     * @param making makes the producer when there is something to tell; it may fail, and is tried again
     * @param instance the name of this process among those that take in the same sources
     * @param clock says when the counts began and changed
     */
    StatusReport(
            SourceCounts counts,
            LongSupplier spoolWaiting,
            Supplier<Producer<String, byte[]>> making,
            String topic,
            String instance,
            InstantSource clock) {
        this.counts = counts;
        this.spoolWaiting = spoolWaiting;
        this.making = making;
        this.topic = topic;
        this.instance = instance;
        this.clock = clock;
        this.since = clock.instant();
    }

    /** From now on, once a second. */
    public void start() {
        var unused =
                thread.scheduleWithFixedDelay(this::tell, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tell() {
        try {
            long waiting = spoolWaiting.getAsLong();
            Instant now = clock.instant();
            counts.seen().forEach((source, seen) -> {
                Last before = last.getOrDefault(source, Last.NOTHING);
                boolean isKnown = last.containsKey(source) && before.counts().equals(seen);
                Last heard = isKnown ? before : before.then(seen, now);
                last.put(source, heard);
                tell(source, text(source, heard, waiting));
            });
        } catch (RuntimeException e) {
            // Thrown further, it would end the schedule without a word.
            LOG.debug("the status of the sources was not told", e);
        }
    }

    private void tell(String source, String text) {
        if (text.equals(published.get(source))) {
            return;
        }
        Producer<String, byte[]> known = producer;
        if (known == null) {
            known = making.get();
            producer = known;
        }
        try {
            known.send(new ProducerRecord<>(topic, source + "|" + instance, text.getBytes(StandardCharsets.UTF_8)))
                    .get();
            published.put(source, text);
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String text(String source, Last heard, long waiting) {
        ObjectNode json = JSON.createObjectNode();
        json.put("source", source);
        json.put("instance", instance);
        json.put("countedSince", Times.text(since));
        json.put("lastSeenAt", Times.text(heard.at()));
        json.put("accepted", heard.counts().accepted());
        ObjectNode refused = json.putObject("refused");
        heard.counts().refused().forEach(refused::put);
        ObjectNode refusedAt = json.putObject("refusedAt");
        heard.refusedAt().forEach((reason, at) -> refusedAt.put(reason, Times.text(at)));
        json.put("spoolWaiting", waiting);
        return json.toString();
    }

    /** Tells the last counts, if Kafka takes them at once. */
    @Override
    public void close() {
        thread.execute(this::tell);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Optional.ofNullable(producer).ifPresent(known -> known.close(Duration.ZERO));
    }
}
