package dev.mailtide.app.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Looks for the unreadable bodies of this run in the dead letter topic, byte for byte. At least once is enough: a body
 * that got no answer may have been kept, and was posted again.
 */
final class DeadLetters implements AutoCloseable {
    static final String TOPIC = "email.dead-letters.v1";

    private static final Duration BROKER_ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final Installation up;
    private final Set<String> missing;
    private final int wanted;
    private Map<Integer, Long> from = Map.of();
    private Optional<Consumer<byte[], byte[]>> reading = Optional.empty();

    DeadLetters(Installation up, List<UnreadablePost> posts) {
        this.up = up;
        this.missing = posts.stream().map(UnreadablePost::digest).collect(Collectors.toCollection(HashSet::new));
        this.wanted = missing.size();
    }

    /** To be called before anything is posted: only what comes after counts. */
    void noteEnds() throws Stop {
        try (Consumer<byte[], byte[]> consumer = open()) {
            SortedMap<Integer, Long> ends = new TreeMap<>();
            consumer.endOffsets(consumer.assignment()).forEach((at, end) -> ends.put(at.partition(), end));
            from = ends;
        } catch (KafkaException e) {
            throw Stop.cannotBeReached("no answer from the Kafka broker of up.json about " + TOPIC);
        }
    }

    int wanted() {
        return wanted;
    }

    int found() {
        return wanted - missing.size();
    }

    boolean allFound() {
        return missing.isEmpty();
    }

    /** Reads on for a moment. While the broker is away nothing is found, which the next look may change. */
    void look() {
        if (allFound()) {
            return;
        }
        try {
            ConsumerRecords<byte[], byte[]> records;
            do {
                records = reading().poll(POLL);
                records.forEach(this::tickOff);
            } while (!records.isEmpty() && !allFound());
        } catch (KafkaException e) {
            close();
        }
    }

    private void tickOff(ConsumerRecord<byte[], byte[]> record) {
        byte[] body = record.value();
        if (body != null) {
            missing.remove(Digest.sha256(body));
        }
    }

    /** Opened anew after a failure, with the addresses of then; it reads again from the noted ends. */
    private Consumer<byte[], byte[]> reading() {
        if (reading.isEmpty()) {
            Consumer<byte[], byte[]> consumer = open();
            reading = Optional.of(consumer);
            consumer.assignment().forEach(at -> consumer.seek(at, from.getOrDefault(at.partition(), 0L)));
        }
        return reading.get();
    }

    private Consumer<byte[], byte[]> open() {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                up.addresses().kafka(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) BROKER_ANSWERS_WITHIN.toMillis(),
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) BROKER_ANSWERS_WITHIN.toMillis());
        Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            consumer.assign(partitions(consumer));
        } catch (KafkaException e) {
            consumer.close(CloseOptions.timeout(CLOSE_WITHIN));
            throw e;
        }
        return consumer;
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (PartitionInfo info : consumer.partitionsFor(TOPIC)) {
            partitions.add(new TopicPartition(info.topic(), info.partition()));
        }
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(TOPIC);
        }
        return partitions;
    }

    @Override
    public void close() {
        reading.ifPresent(consumer -> consumer.close(CloseOptions.timeout(CLOSE_WITHIN)));
        reading = Optional.empty();
    }
}
