package dev.mailtide.processor.deadletter;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads whole records at known places, one after the other: bodies are large, and nobody holds more than one poll of them. */
final class RecordsAt {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ONE_RECORD_MAX = Duration.ofSeconds(10);

    /** What lies further ahead is jumped to and not read through. */
    private static final long GAP_MAX = 100;

    private final Consumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> begins;
    private final Map<TopicPartition, Long> ends;

    RecordsAt(Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        this.consumer = consumer;
        this.begins = consumer.beginningOffsets(partitions);
        this.ends = consumer.endOffsets(partitions);
    }

    /** Hands each record on, in order of partition and offset, and returns the places at which there is none. */
    List<Position> read(
            String topic, Collection<Position> places, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        List<Position> missing = new ArrayList<>();
        Map<Integer, Deque<Long>> byPartition = new TreeMap<>();
        for (Position place : new TreeSet<>(places)) {
            TopicPartition partition = new TopicPartition(topic, place.partition());
            boolean canBeThere = place.offset() >= begins.getOrDefault(partition, Long.MAX_VALUE)
                    && place.offset() < ends.getOrDefault(partition, 0L);
            if (canBeThere) {
                byPartition
                        .computeIfAbsent(place.partition(), any -> new ArrayDeque<>())
                        .add(place.offset());
            } else {
                missing.add(place);
            }
        }
        byPartition.forEach(
                (partition, offsets) -> readPartition(new TopicPartition(topic, partition), offsets, to, missing));
        return missing;
    }

    private void readPartition(
            TopicPartition partition,
            Deque<Long> wanted,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to,
            List<Position> missing) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, wanted.getFirst());
        long sinceNanos = System.nanoTime();
        while (!wanted.isEmpty()) {
            if (System.nanoTime() - sinceNanos > ONE_RECORD_MAX.toNanos()) {
                throw new TimeoutException("no record within " + ONE_RECORD_MAX.toSeconds() + " s");
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                skipTo(record.offset(), partition, wanted, missing);
                if (!wanted.isEmpty() && wanted.getFirst() == record.offset()) {
                    wanted.removeFirst();
                    to.accept(record);
                    sinceNanos = System.nanoTime();
                }
            }
            long next = consumer.position(partition);
            skipTo(next, partition, wanted, missing);
            if (!wanted.isEmpty() && wanted.getFirst() - next > GAP_MAX) {
                consumer.seek(partition, wanted.getFirst());
            }
        }
    }

    /** What stands before a record that came has no record of its own: it was taken back, or marks the end of a commit. */
    private static void skipTo(long offset, TopicPartition partition, Deque<Long> wanted, List<Position> missing) {
        while (!wanted.isEmpty() && wanted.getFirst() < offset) {
            missing.add(new Position(partition.partition(), wanted.removeFirst()));
        }
    }
}
