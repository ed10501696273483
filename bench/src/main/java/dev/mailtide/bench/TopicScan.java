package dev.mailtide.bench;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics, as those see them who read committed records. */
final class TopicScan {

    private static final Duration POLL = Duration.ofMillis(200);

    private TopicScan() {}

    /** Every record that is there now. */
    static void toEnd(KafkaAccess kafka, List<String> topics, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            Set<TopicPartition> open = new HashSet<>(assignAll(consumer, topics));
            Map<TopicPartition, Long> ends = consumer.endOffsets(open);
            while (!open.isEmpty()) {
                consumer.poll(POLL).forEach(each);
                open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
            }
        }
    }

    /** Every record that is there or comes, until it is enough or patience ends. */
    static void until(
            BooleanSupplier enough,
            Duration patience,
            KafkaAccess kafka,
            List<String> topics,
            Consumer<ConsumerRecord<byte[], byte[]>> each) {
        long deadline = System.nanoTime() + patience.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            assignAll(consumer, topics);
            while (!enough.getAsBoolean() && System.nanoTime() - deadline < 0) {
                consumer.poll(POLL).forEach(each);
            }
        }
    }

    private static List<TopicPartition> assignAll(KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
        List<TopicPartition> partitions =
                topics.stream().flatMap(topic -> partitionsOf(consumer, topic)).toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
    }

    private static Stream<TopicPartition> partitionsOf(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()));
    }

    private static KafkaConsumer<byte[], byte[]> consumer(KafkaAccess kafka) {
        return new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }
}
