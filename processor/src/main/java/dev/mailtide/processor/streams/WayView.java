package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What Kafka says of a topic of the way, and of the group that reads it. For one thread, but for {@link #interrupt}. */
final class WayView implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final String group;
    private final Admin admin;
    private final FirstRecords committed;
    private final FirstRecords open;
    private final Map<TopicPartition, Long> endsBefore = new HashMap<>();

    WayView(KafkaAccess kafka, String group) {
        this.group = group;
        this.committed = new FirstRecords(kafka, IsolationLevel.READ_COMMITTED);
        this.open = new FirstRecords(kafka, IsolationLevel.READ_UNCOMMITTED);
        // Comes last, since it alone has a thread: what fails before it leaves none behind.
        this.admin = kafka.openAdmin();
    }

    /**
     * One topic, at one time.
     *
     * @param openEnds where its partitions end, with what open transactions hold back
     * @param firstWaiting the offset of the first record of each partition that has not been processed
     * @param waiting how many records are waiting, and how many are held back for longer than since the last look
     * @param oldest the append time of the oldest of them that comes first in its partition
     */
    record Sight(
            Map<TopicPartition, Long> openEnds,
            Map<TopicPartition, Long> firstWaiting,
            long waiting,
            Optional<Instant> oldest) {}

    /** Asks for ends before commits, so that a record on the move is seen at least once. */
    Sight look(String topic) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> ends = ends(topic, IsolationLevel.READ_COMMITTED);
        Map<TopicPartition, Long> openEnds = ends(topic, IsolationLevel.READ_UNCOMMITTED);
        Map<TopicPartition, Long> next = next(ends.keySet());
        long waiting = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            long behind = end.getValue() - next.getOrDefault(end.getKey(), 0L);
            waiting += Math.max(0, behind);
            if (behind <= 0) {
                next.remove(end.getKey());
            }
        }
        Map<TopicPartition, Long> heldBack = heldBack(ends, openEnds);
        waiting += heldBack.entrySet().stream()
                .mapToLong(held -> openEnds.getOrDefault(held.getKey(), held.getValue()) - held.getValue())
                .sum();
        Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first = committed.from(next, ends);
        Optional<Instant> oldest = Stream.concat(
                        first.values().stream(), open.from(heldBack, openEnds).values().stream())
                .map(record -> Instant.ofEpochMilli(record.timestamp()))
                .min(Instant::compareTo);
        return new Sight(openEnds, firstWaiting(ends, first), waiting, oldest);
    }

    /**
     * The least append time of everything that waited at that look, in whatever order it stands, with what open transactions
     * hold back; nothing if nothing waited. Reads all of it.
     */
    Optional<Instant> leastWaiting(Sight sight) throws TimeoutException {
        Map<TopicPartition, Long> waiting = new HashMap<>(sight.firstWaiting());
        waiting.entrySet()
                .removeIf(first -> first.getValue() >= sight.openEnds().getOrDefault(first.getKey(), first.getValue()));
        return open.leastTime(waiting, sight.openEnds());
    }

    /** Where the first record stands that has not been processed: what is before it may be markers of transactions. */
    private static Map<TopicPartition, Long> firstWaiting(
            Map<TopicPartition, Long> ends, Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first) {
        Map<TopicPartition, Long> waiting = new HashMap<>(ends);
        first.forEach((partition, record) -> waiting.put(partition, record.offset()));
        return waiting;
    }

    /** Where open transactions begin that have not let the end move since the last look. */
    private Map<TopicPartition, Long> heldBack(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> openEnds) {
        Map<TopicPartition, Long> heldBack = new HashMap<>();
        ends.forEach((partition, end) -> {
            if (openEnds.getOrDefault(partition, end) > end && end.equals(endsBefore.put(partition, end))) {
                heldBack.put(partition, end);
            }
        });
        return heldBack;
    }

    private Map<TopicPartition, Long> ends(String topic, IsolationLevel isolation)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<String, TopicDescription> described =
                within(admin.describeTopics(List.of(topic)).allTopicNames());
        Map<TopicPartition, OffsetSpec> latest = described.values().stream()
                .flatMap(description -> description.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest()));
        return within(admin.listOffsets(latest, new ListOffsetsOptions(isolation))
                        .all())
                .entrySet()
                .stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Where the group goes on, for each of these partitions; 0 where it has not begun. */
    private Map<TopicPartition, Long> next(Set<TopicPartition> partitions)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> all =
                within(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> next = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata committedOffset = all.get(partition);
            next.put(partition, committedOffset == null ? 0L : committedOffset.offset());
        }
        return next;
    }

    private static <T> T within(KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends a look that is going on with an exception, and asks nothing any more. For any thread. */
    void interrupt() {
        committed.interrupt();
        open.interrupt();
        admin.close(Duration.ZERO);
    }

    @Override
    public void close() {
        committed.close();
        open.close();
        admin.close(Duration.ZERO);
    }
}
