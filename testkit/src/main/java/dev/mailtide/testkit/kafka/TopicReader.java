package dev.mailtide.testkit.kafka;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.schema.PublishedRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Reads a whole topic, as a stock consumer with {@code read_committed} sees it, and holds every record against the schema that
 * is published for the topic.
 */
public final class TopicReader {

    private static final Duration READ_MAX = Duration.ofSeconds(30);

    private TopicReader() {}

    /** Every committed record that stands in the topic now, partition by partition, in order. */
    public static List<ConsumerRecord<String, byte[]>> readAll(KafkaAccess kafka, String topic) {
        Map<String, Object> settings = kafka.with(Map.of(
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"));
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return readTo(consumer.endOffsets(partitions), consumer);
        }
    }

    private static List<ConsumerRecord<String, byte[]>> readTo(
            Map<TopicPartition, Long> ends, KafkaConsumer<String, byte[]> consumer) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        long deadline = System.nanoTime() + READ_MAX.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not read to the end within " + READ_MAX.toSeconds() + " s: " + ends);
            }
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        records.forEach(record -> PublishedRecords.check(record.topic(), record.headers(), record.value()));
        return records;
    }
}
