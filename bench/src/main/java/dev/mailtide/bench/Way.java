package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The topics that a body passes in the processor, its internal ones among them, and how much the processor still has
 * before it there. Open transactions count as not done.
 */
final class Way implements AutoCloseable {

    private static final String AGGREGATE = "mailtide-aggregate-1";
    private static final String FAN_OUT = "mailtide-fan-out-1";
    private static final String REPARTITION = "-repartition";

    private static final long ANSWER_SECONDS_MAX = 30;
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration LOOK_NEAR_THE_END_EVERY = Duration.ofMillis(25);
    private static final long NEAR_THE_END = 2_000;

    /** Each transaction ends with a marker that nobody commits; more than this cannot be markers alone. */
    private static final long MARKERS_MAX = 50;

    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> reader;
    private final Map<TopicPartition, String> groups;

    private Way(KafkaAccess kafka, Admin admin, Map<TopicPartition, String> groups) {
        this.admin = admin;
        this.groups = Map.copyOf(groups);
        this.reader = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "16384")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * The way of an installation whose processor runs.
     *
     * @param raw name of the raw topic
     * @param events name of the topic of events
     */
    static Way of(KafkaAccess kafka, String raw, String events) throws InterruptedException {
        Admin admin = kafka.openAdmin();
        try {
            Map<String, String> groups = new HashMap<>(Map.of(raw, AGGREGATE, events, FAN_OUT));
            within(admin.listTopics().names()).stream()
                    .filter(topic -> topic.startsWith(AGGREGATE) && topic.endsWith(REPARTITION))
                    .forEach(topic -> groups.put(topic, AGGREGATE));
            Map<TopicPartition, String> partitions = new HashMap<>();
            for (TopicDescription topic : within(
                            admin.describeTopics(groups.keySet()).allTopicNames())
                    .values()) {
                topic.partitions()
                        .forEach(partition -> partitions.put(
                                new TopicPartition(topic.name(), partition.partition()),
                                groups.getOrDefault(topic.name(), AGGREGATE)));
            }
            return new Way(kafka, admin, partitions);
        } catch (InterruptedException | RuntimeException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Waits until the processor has done everything.
     *
     * @param progress is told how many records have left the raw topic
     * @throws ResourceException if the processor ended, or it takes longer than patience
     */
    void awaitDrained(Progress progress, long count, ChildProcess processor, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long left = left();
        while (left > 0) {
            if (!processor.isAlive()) {
                throw processor.failed("ended while it was measured");
            }
            if (System.nanoTime() - deadline > 0) {
                throw processor.failed("has " + left + " records before it after " + patience.toSeconds() + " s");
            }
            progress.at(Math.max(0, count - left));
            // To look costs processor time that the processor could use.
            Duration pause = left > NEAR_THE_END ? LOOK_EVERY : LOOK_NEAR_THE_END_EVERY;
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            left = left();
        }
    }

    /** Records of the topic on the way on which most are left; 0 only when nothing is left on any. */
    private long left() throws InterruptedException {
        Map<TopicPartition, Long> ends = ends();
        Map<TopicPartition, Long> lags = lags(ends);
        // A record is on its way from one topic to another while neither has it: only ends that stand still are ends.
        if (hasRecords(lags, ends) || !ends().equals(ends)) {
            Map<String, Long> byTopic = new HashMap<>();
            lags.forEach((partition, lag) -> byTopic.merge(partition.topic(), lag, Long::sum));
            return Math.max(
                    1,
                    byTopic.values().stream().mapToLong(Long::longValue).max().orElse(0));
        }
        return 0;
    }

    private Map<TopicPartition, Long> ends() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        groups.keySet().forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        within(admin.listOffsets(latest).all()).forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** How far each group is behind, where it is. */
    private Map<TopicPartition, Long> lags(Map<TopicPartition, Long> ends) throws InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        for (String group : List.of(AGGREGATE, FAN_OUT)) {
            within(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> {
                        if (offset != null && group.equals(groups.get(partition))) {
                            committed.put(partition, offset);
                        }
                    });
        }
        Map<TopicPartition, Long> lags = new HashMap<>();
        ends.forEach((partition, end) -> {
            OffsetAndMetadata next = committed.get(partition);
            long lag = end - (next == null ? 0 : next.offset());
            if (lag > 0) {
                lags.put(partition, lag);
            }
        });
        return lags;
    }

    private boolean hasRecords(Map<TopicPartition, Long> lags, Map<TopicPartition, Long> ends) {
        if (lags.values().stream().anyMatch(lag -> lag > MARKERS_MAX)) {
            return true;
        }
        Set<TopicPartition> open = new HashSet<>(lags.keySet());
        reader.assign(open);
        open.forEach(partition ->
                reader.seek(partition, ends.getOrDefault(partition, 0L) - lags.getOrDefault(partition, 0L)));
        while (!open.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                if (record.offset() < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                    return true;
                }
            }
            open.removeIf(partition -> reader.position(partition) >= ends.getOrDefault(partition, 0L));
        }
        return false;
    }

    private static <T> T within(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new ResourceException("the broker does not say how far the processor is", e);
        }
    }

    @Override
    public void close() {
        reader.close();
        admin.close();
    }
}
