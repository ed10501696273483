package dev.mailtide.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads from the topics what the processor has made of the bodies, as others who read committed records see it. */
final class CountedEvents {

    private static final Duration READ_MAX = Duration.ofMinutes(5);

    /** States are published once a second; what was counted last may come this much later. */
    private static final Duration STATES_MAX = Duration.ofSeconds(30);

    private CountedEvents() {}

    /**
     * What was found.
     *
     * @param records in the topic of events
     * @param distinct events among them
     * @param inStates events counted in the published states of all domains
     */
    record Found(long records, long distinct, long inStates) {

        /** Whether each event was published once and counted once. */
        boolean holds(long expected) {
            return records == expected && distinct == expected && inStates == expected;
        }
    }

    /**
     * Reads both topics, from their beginnings.
     *
     * @param expected so many events the states should reach; waited for a while
     */
    static Found read(KafkaAccess kafka, String eventsTopic, String stateTopic, long expected) {
        Set<UUID> ids = new HashSet<>();
        long[] records = {0};
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            readToEnd(consumer, eventsTopic, record -> {
                records[0]++;
                ids.add(idOf(record));
            });
        }
        return new Found(records[0], ids.size(), awaitStates(kafka, stateTopic, expected));
    }

    private static long awaitStates(KafkaAccess kafka, String topic, long expected) {
        Map<String, Long> events = new HashMap<>();
        long deadline = System.nanoTime() + STATES_MAX.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(kafka)) {
            assignAll(consumer, topic);
            long sum = 0;
            while (sum != expected && System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    events.put(new String(record.key(), StandardCharsets.UTF_8), eventsIn(record.value()));
                }
                sum = events.values().stream().mapToLong(Long::longValue).sum();
            }
            return sum;
        }
    }

    /** Events of all kinds in a state, as topic and API show it. */
    static long eventsIn(byte[] state) {
        try {
            return eventsIn(new ObjectMapper().readTree(state));
        } catch (IOException e) {
            throw new ResourceException("a domain's state is not JSON", e);
        }
    }

    /** Events of all kinds in a state; those that no source reports are null there. */
    static long eventsIn(JsonNode state) {
        long sum = 0;
        for (JsonNode count : state.path("events")) {
            sum += count.asLong();
        }
        return sum;
    }

    private static UUID idOf(ConsumerRecord<byte[], byte[]> record) {
        Header id = Optional.ofNullable(record.headers().lastHeader("ce_id")).orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(new String(id.value(), StandardCharsets.US_ASCII)));
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    private static void readToEnd(
            KafkaConsumer<byte[], byte[]> consumer, String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        List<TopicPartition> partitions = assignAll(consumer, topic);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Set<TopicPartition> open = new HashSet<>(partitions);
        long deadline = System.nanoTime() + READ_MAX.toNanos();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            consumer.poll(Duration.ofMillis(200)).forEach(each);
            open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
        }
    }

    private static List<TopicPartition> assignAll(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return partitions;
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
