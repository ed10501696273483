package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to which time everything has been counted, asked of Kafka each second: the time of the question if nothing is
 * waiting on any topic of the way, else the append time of the oldest record that is, or an earlier time at which less was
 * waiting ({@link Passage}). The topics are asked in the order in which a record passes them, ends before commits, so that a
 * record on the move is seen at least once.
 *
 * <p>What an open transaction holds back is not at the end yet for those who count. That passes within a commit interval;
 * a transaction that nobody ends holds it back for ever, and what is behind it waits to be counted, too.
 *
 * <p>When Kafka does not answer, the last answer stands: it stays true, and grows old. It also stands for a moment after
 * this process stood still: Kafka then tells how far the group is, and that may be another process by now.
 */
public final class Freshness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);

    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final Duration READ_MAX = Duration.ofSeconds(2);
    private static final Duration STUCK_AFTER = Duration.ofSeconds(60);
    private static final Duration STALE_AFTER = Duration.ofSeconds(10);

    /** A process that stood still for so long may have been given up, and others count on what it holds. */
    private static final Duration STOOD_STILL = Duration.ofSeconds(5);

    /** Within this time it hears of that from its group. */
    private static final Duration HEARS_WITHIN = Duration.ofSeconds(3);

    /** So long after a start nothing is said rather than something that is not sure. */
    private static final Duration UNKNOWN_MAX = Duration.ofSeconds(15);

    private final String group;
    private final List<String> way;
    private final InstantSource clock;
    private final Admin admin;
    private final Consumer<byte[], byte[]> reader;
    private final Consumer<byte[], byte[]> readerOfOpenTransactions;
    private final Map<TopicPartition, Long> endsBefore = new HashMap<>();
    private final Map<String, Passage> passages = new HashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "freshness"));
    private volatile Optional<Instant> asOf = Optional.empty();
    private volatile Instant movedAt;
    private volatile long lag;
    private final long madeAtNanos = System.nanoTime();
    private boolean isPassageKnown;
    private long askedAtNanos = madeAtNanos;
    private long believedFromNanos = askedAtNanos;

    /**
     * @param group the consumer group whose progress counts
     * @param way the topics that a record passes until it is counted, in that order
     */
    public Freshness(KafkaAccess kafka, String group, List<String> way, InstantSource clock) {
        this.group = group;
        this.way = List.copyOf(way);
        this.clock = clock;
        this.movedAt = clock.instant();
        this.admin = kafka.openAdmin();
        this.reader = reader(kafka, "read_committed");
        this.readerOfOpenTransactions = reader(kafka, "read_uncommitted");
    }

    private static Consumer<byte[], byte[]> reader(KafkaAccess kafka, String isolation) {
        return new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "16384",
                        ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-freshness")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** Begins to ask. */
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::ask, 0, ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Up to when everything is counted; nothing before the first answer. */
    public Optional<Instant> asOf() {
        return asOf;
    }

    /** Whether an answer as of then must be called stale. */
    public boolean isStale(Instant then) {
        return then.isBefore(clock.instant().minus(STALE_AFTER));
    }

    /** Whether counting stands still though there is something to count: the one thing that no state of Streams tells. */
    public Optional<String> problem() {
        Duration still = Duration.between(movedAt, clock.instant());
        return still.compareTo(STUCK_AFTER) > 0
                ? Optional.of("nothing has been counted for " + still.toSeconds() + " s")
                : Optional.empty();
    }

    /** Records waiting on all topics of the way at the last check. */
    public long lag() {
        return lag;
    }

    private void ask() {
        try {
            Instant now = check();
            if (isAfterStandstill() || !isPassageKnown) {
                return;
            }
            if (asOf.isEmpty() || now.isAfter(asOf.get())) {
                movedAt = clock.instant();
            }
            asOf = Optional.of(now);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // The thread must not end by a mistake of ours, unseen.
            LOG.warn("cannot tell how fresh the answers are: {}", e.getClass().getSimpleName());
            LOG.debug("the failure in full", e);
        }
    }

    private boolean isAfterStandstill() {
        long now = System.nanoTime();
        if (asOf.isPresent() && now - askedAtNanos > STOOD_STILL.toNanos()) {
            believedFromNanos = now + HEARS_WITHIN.toNanos();
        }
        askedAtNanos = now;
        return now - believedFromNanos < 0;
    }

    private Instant check() throws InterruptedException, ExecutionException, TimeoutException {
        Instant oldest = clock.instant();
        Optional<Instant> passed = Optional.empty();
        long waiting = 0;
        for (String topic : way) {
            Map<TopicPartition, Long> ends = ends(topic, IsolationLevel.READ_COMMITTED);
            Map<TopicPartition, Long> openEnds = ends(topic, IsolationLevel.READ_UNCOMMITTED);
            Map<TopicPartition, Long> next = committed(ends.keySet());
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
            Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first = first(reader, next, ends);
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>(first.values());
            found.addAll(first(readerOfOpenTransactions, heldBack, openEnds).values());
            for (ConsumerRecord<byte[], byte[]> record : found) {
                Instant appended = Instant.ofEpochMilli(record.timestamp());
                oldest = appended.isBefore(oldest) ? appended : oldest;
            }
            // Raw records stand in the order of their append times, so there the first one tells.
            passed = topic.equals(way.get(0))
                    ? Optional.of(oldest)
                    : passages.computeIfAbsent(topic, unused -> new Passage())
                            .look(passed, openEnds, firstWaiting(ends, first));
        }
        lag = waiting;
        isPassageKnown = passed.isPresent() || asOf.isPresent() || isLongUnknown();
        Instant sure = passed.orElse(oldest);
        return sure.isBefore(oldest) ? sure : oldest;
    }

    /** After a start with much waiting it takes long until a passage is known; then the oldest record must do. */
    private boolean isLongUnknown() {
        return System.nanoTime() - madeAtNanos > UNKNOWN_MAX.toNanos();
    }

    /** Where the first record stands that has not been processed: what is before it may be markers of transactions. */
    private static Map<TopicPartition, Long> firstWaiting(
            Map<TopicPartition, Long> ends, Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first) {
        Map<TopicPartition, Long> waiting = new HashMap<>(ends);
        first.forEach((partition, record) -> waiting.put(partition, record.offset()));
        return waiting;
    }

    /** Where open transactions begin that have not let the end move since the last check. */
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
    private Map<TopicPartition, Long> committed(Set<TopicPartition> partitions)
            throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetAndMetadata> all =
                within(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, Long> next = new HashMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata committed = all.get(partition);
            next.put(partition, committed == null ? 0L : committed.offset());
        }
        return next;
    }

    /** The first record from each of these positions on; none where only markers are left. */
    private static Map<TopicPartition, ConsumerRecord<byte[], byte[]>> first(
            Consumer<byte[], byte[]> reader, Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends)
            throws TimeoutException {
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

    private static <T> T within(KafkaFuture<T> future)
            throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean ended = thread.awaitTermination(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                LOG.warn("the freshness check did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        reader.close(CloseOptions.timeout(ANSWER_MAX));
        readerOfOpenTransactions.close(CloseOptions.timeout(ANSWER_MAX));
        admin.close(ANSWER_MAX);
    }
}
