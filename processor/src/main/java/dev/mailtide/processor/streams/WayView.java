package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** What Kafka says of a topic of the way, and of the group that reads it. For one thread, but for {@link #interrupt}. */
final class WayView implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    /** What an open transaction holds back passes within a commit interval, if nothing is wrong with it. */
    private static final Duration PASSES_WITHIN = Duration.ofSeconds(1);

    private static final Stand NOWHERE = new Stand(-1, Optional.empty());

    private final String group;
    private final Admin admin;
    private final FirstRecords committed;
    private final FirstRecords open;
    private final Map<TopicPartition, End> endsBefore = new HashMap<>();
    private final Map<TopicPartition, Stand> stands = new HashMap<>();

    WayView(KafkaAccess kafka, String group) {
        this.group = group;
        this.committed = new FirstRecords(kafka, IsolationLevel.READ_COMMITTED);
        this.open = new FirstRecords(kafka, IsolationLevel.READ_UNCOMMITTED);
        // Comes last, since it alone has a thread: what fails before it leaves none behind.
        this.admin = kafka.openAdmin();
    }

    /** Where a partition ends for those who count, and since when an open transaction keeps it there. */
    private record End(long offset, long sinceNanos) {

        boolean isOfLongAgo(long nowNanos) {
            return nowNanos - sinceNanos >= PASSES_WITHIN.toNanos();
        }
    }

    /** Where the group goes on in a partition, and what waits there first, if that was read and there was something. */
    private record Stand(long next, Optional<Head> head) {}

    /** What waits first: not before this offset, and appended then, if it was read. */
    private record Head(long offset, Optional<Instant> appended) {}

    /**
     * One topic, at one time.
     *
     * @param openEnds where its partitions end, with what open transactions hold back
     * @param firstWaiting up to which offset everything of each partition has been processed
     * @param waiting how many records are waiting, and how many have been held back for a second
     * @param oldest the append time of the oldest of those that were read, each the first that waits in its partition
     */
    record Sight(
            Map<TopicPartition, Long> openEnds,
            Map<TopicPartition, Long> firstWaiting,
            long waiting,
            Optional<Instant> oldest) {}

    /**
     * Asks for ends before commits, so that a record on the move is seen at least once. Reads what waits first, to tell
     * records from markers of transactions, where the group has not moved since the last look; where it moves that is not
     * needed, and what was read at one place is not read again.
     *
     * @param tellsTime whether the append time of what waits first is wanted wherever something waits
     */
    Sight look(String topic, boolean tellsTime) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, Long> ends = committed.ends(topic);
        Map<TopicPartition, Long> openEnds = open.ends(topic);
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
        Map<TopicPartition, Head> heads = heads(next, ends, tellsTime);
        Map<TopicPartition, Long> firstWaiting = new HashMap<>(ends);
        heads.forEach((partition, head) -> firstWaiting.put(partition, head.offset()));
        Optional<Instant> oldest = Stream.concat(
                        heads.values().stream().flatMap(head -> head.appended().stream()),
                        open.from(heldBack, openEnds).values().stream().map(WayView::appended))
                .min(Instant::compareTo);
        return new Sight(openEnds, firstWaiting, waiting, oldest);
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

    /** What waits first in each of these; nothing where only markers of transactions are left. Reads each once. */
    private Map<TopicPartition, Head> heads(
            Map<TopicPartition, Long> next, Map<TopicPartition, Long> ends, boolean tellsTime) throws TimeoutException {
        Map<TopicPartition, Head> heads = new HashMap<>();
        Map<TopicPartition, Long> toRead = new HashMap<>();
        next.forEach((partition, from) -> {
            Stand before = stands.getOrDefault(partition, NOWHERE);
            boolean isSame = before.next() == from;
            stands.put(partition, isSame ? before : new Stand(from, Optional.empty()));
            if (isSame && before.head().isPresent()) {
                heads.put(partition, before.head().get());
            } else if (isSame || tellsTime) {
                toRead.put(partition, from);
            } else {
                heads.put(partition, new Head(from, Optional.empty()));
            }
        });
        committed.from(toRead, ends).forEach((partition, record) -> {
            Head head = new Head(record.offset(), Optional.of(appended(record)));
            heads.put(partition, head);
            stands.put(partition, new Stand(toRead.getOrDefault(partition, 0L), Optional.of(head)));
        });
        return heads;
    }

    private static Instant appended(ConsumerRecord<byte[], byte[]> record) {
        return Instant.ofEpochMilli(record.timestamp());
    }

    /** Where open transactions begin that have not let the end move for a second. */
    private Map<TopicPartition, Long> heldBack(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> openEnds) {
        long now = System.nanoTime();
        Map<TopicPartition, Long> heldBack = new HashMap<>();
        ends.forEach((partition, end) -> {
            if (openEnds.getOrDefault(partition, end) <= end) {
                endsBefore.remove(partition);
                return;
            }
            End since = endsBefore.compute(
                    partition,
                    (unused, before) -> before != null && before.offset() == end ? before : new End(end, now));
            if (since.isOfLongAgo(now)) {
                heldBack.put(partition, end);
            }
        });
        return heldBack;
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
