package dev.mailtide.processor.readmodel;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Events of all partitions as they come, for one reader. It reads the topic itself, in no group: so any instance gives the
 * same stream, and whoever was cut off goes on at another one exactly where they were. For one thread.
 */
public final class LiveFeed implements AutoCloseable {

    /** For all that Kafka is asked before it begins, together. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

    /** Who has missed more of a partition does not get all of it: for that there are lists. */
    private static final long BEHIND_MAX = 10_000;

    private final KafkaConsumer<String, byte[]> consumer;
    private final List<Long> next = new ArrayList<>();
    private boolean hasGap;

    /**
     * Begins at the end of the topic, or where somebody has been. Waits for Kafka, five seconds at most.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
     */
    public LiveFeed(KafkaAccess kafka, String topic, Optional<LiveCursor> after) {
        consumer = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(ANSWER_MAX.toMillis()),
                        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(ANSWER_MAX.toMillis()),
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "1048576",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "262144",
                        ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-live")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        try {
            begin(topic, after);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void begin(String topic, Optional<LiveCursor> after) {
        long deadline = System.nanoTime() + ANSWER_MAX.toNanos();
        List<TopicPartition> partitions = consumer.partitionsFor(topic, left(deadline)).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, left(deadline));
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, left(deadline));
        Optional<List<Long>> wanted = after.map(LiveCursor::next).filter(all -> all.size() == partitions.size());
        hasGap = after.isPresent() && wanted.isEmpty();
        for (TopicPartition partition : partitions) {
            long end = ends.getOrDefault(partition, 0L);
            long least = Math.max(beginnings.getOrDefault(partition, 0L), end - BEHIND_MAX);
            long place = wanted.map(all -> all.get(partition.partition())).orElse(end);
            long begin = place > end ? end : Math.max(place, least);
            hasGap |= begin != place;
            consumer.seek(partition, begin);
            next.add(begin);
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    /** Whether events are missing between where somebody has been and where this begins. */
    public boolean hasGap() {
        return hasGap;
    }

    /**
     * Waits for events and gives them on, one after the other.
     *
     * @param domains only events of these sender domains
     * @param each is given the event as it came
     */
    public void next(Duration waitMax, Predicate<String> domains, Consumer<byte[]> each) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(waitMax)) {
            next.set(record.partition(), record.offset() + 1);
            String key = record.key() == null ? "" : record.key();
            if (record.value() != null && domains.test(key.substring(0, Math.max(0, key.indexOf('/'))))) {
                each.accept(record.value());
            }
        }
    }

    /** Where the reader is now: behind the event that was given on last. */
    public LiveCursor cursor() {
        return new LiveCursor(next);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }
}
