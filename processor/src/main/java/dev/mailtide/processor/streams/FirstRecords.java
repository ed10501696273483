package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the first record from a position on. For one thread, but for {@link #interrupt}. */
final class FirstRecords implements AutoCloseable {

    private static final Duration READ_MAX = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> reader;

    /** @param isolation whether records of open transactions are found, too */
    FirstRecords(KafkaAccess kafka, IsolationLevel isolation) {
        this.reader = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                isolation.toString().toLowerCase(Locale.ROOT),
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "16384",
                        ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-freshness")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /**
     * The first record from each of these positions on; none where only markers are left before the end.
     *
     * @throws TimeoutException if they were not read in time
     */
    Map<TopicPartition, ConsumerRecord<byte[], byte[]>> from(
            Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) throws TimeoutException {
        if (positions.isEmpty()) {
            return Map.of();
        }
        Map<TopicPartition, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
        Set<TopicPartition> open = new HashSet<>(positions.keySet());
        reader.assign(open);
        positions.forEach(reader::seek);
        long deadline = System.nanoTime() + READ_MAX.toNanos();
        while (!open.isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("reading append times");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                found.putIfAbsent(partition, record);
            }
            open.removeIf(partition -> found.containsKey(partition)
                    || reader.position(partition) >= ends.getOrDefault(partition, Long.MAX_VALUE));
        }
        return found;
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
