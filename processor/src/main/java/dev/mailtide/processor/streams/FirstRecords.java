package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Tells where a topic ends, and reads the first record from a position on, or the times of all. For one thread, but for {@link #interrupt}. */
final class FirstRecords implements AutoCloseable {

    private static final Duration READ_MAX = Duration.ofSeconds(2);

    /** For all that waits somewhere, and not for one record of each partition. */
    private static final Duration READ_ALL_MAX = Duration.ofSeconds(10);

    private static final Duration ENDS_MAX = Duration.ofSeconds(5);

    private final Consumer<byte[], byte[]> reader;

    /** @param isolation whether records of open transactions are found, too */
    FirstRecords(KafkaAccess kafka, IsolationLevel isolation) {
        this.reader = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation.toString().toLowerCase(Locale.ROOT),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "16384",
                        ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-freshness")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * Where each partition of the topic ends, one at least.
     *
     * @throws TimeoutException if the topic is not there: that is no topic in which nothing stands
     */
    Map<TopicPartition, Long> ends(String topic) throws TimeoutException {
        List<TopicPartition> partitions = reader.partitionsFor(topic, ENDS_MAX).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        Map<TopicPartition, Long> ends = reader.endOffsets(partitions, ENDS_MAX);
        if (partitions.isEmpty() || ends.size() < partitions.size()) {
            throw new TimeoutException("a topic of the way is not there");
        }
        return ends;
    }

    /**
     * The first record from each of these positions on; none where only markers are left before the end.
     *
     * @throws TimeoutException if they were not read in time
     */
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> from(
            Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) throws TimeoutException {
        Map<TopicPartition, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
        read(positions, ends, READ_MAX, record -> {
            found.putIfAbsent(new TopicPartition(record.topic(), record.partition()), record);
            return true;
        });
        return found;
    }

    /**
     * The least time of all records from these positions on that stand before these ends; nothing if there are none.
     *
     * @throws TimeoutException if they were not read in time
     */
    Optional<Instant> leastTime(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends)
            throws TimeoutException {
        AtomicLong least = new AtomicLong(Long.MAX_VALUE);
        read(positions, ends, READ_ALL_MAX, record -> {
            least.accumulateAndGet(record.timestamp(), Math::min);
            return false;
        });
        return least.get() == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(least.get()));
    }

    /** @param isEnough takes a record, and says whether no more of its partition is needed */
    private void read(
            Map<TopicPartition, Long> positions,
            Map<TopicPartition, Long> ends,
            Duration max,
            Predicate<ConsumerRecord<byte[], byte[]>> isEnough)
            throws TimeoutException {
        Set<TopicPartition> open = new HashSet<>(positions.keySet());
        reader.assign(open);
        reader.resume(open);
        positions.forEach(reader::seek);
        long deadline = System.nanoTime() + max.toNanos();
        while (!open.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("reading append times");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                boolean isBefore = record.offset() < ends.getOrDefault(partition, Long.MAX_VALUE);
                if (isBefore && open.contains(partition) && isEnough.test(record)) {
                    open.remove(partition);
                }
            }
            open.removeIf(partition -> reader.position(partition) >= ends.getOrDefault(partition, Long.MAX_VALUE));
            // Else what stands behind would be read for as long as the others take.
            reader.pause(positions.keySet().stream()
                    .filter(partition -> !open.contains(partition))
                    .toList());
        }
    }

    /** Ends what is being read, and what is read next, with an exception. For any thread. */
    void interrupt() {
        reader.wakeup();
    }

    /** It is in no group, so nobody need be told. */
    @Override
    public void close() {
        reader.close(CloseOptions.timeout(Duration.ZERO));
    }
}
