package dev.mailtide.processor.tables;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a compacted topic from its beginning to its end with a consumer that belongs to no group, and then follows it. Once
 * a second, or more often while records come, it asks where the topic ends: when everything up to there has been read, what
 * it knows is as of that moment. While Kafka is away that time stands still, and says so to whoever asks. A topic that was
 * deleted and made anew is told by its id, and read from its beginning, with nothing of the old one.
 */
public final class CompactedTable implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CompactedTable.class);

    private static final Duration FOLLOW = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration READ = Duration.ofMillis(100);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

    private final KafkaAccess kafka;
    private final String topic;
    private final Rows rows;
    private final InstantSource clock;
    private final Thread thread;
    private final CountDownLatch isClosed = new CountDownLatch(1);
    private final CountDownLatch isRead = new CountDownLatch(1);
    private Optional<String> failure = Optional.empty();
    private Optional<Uuid> id = Optional.empty();
    private volatile Optional<Instant> asOf = Optional.empty();
    private volatile Optional<Consumer<String, byte[]>> reading = Optional.empty();

    /** Where rows go; called by one thread, in the order of each key's records. It sets its own limits. */
    public interface Rows {
        /** The row of this key is this from now on. */
        void put(String key, byte[] value);

        /** There is no row of this key any more. */
        void remove(String key);

        /** There are no rows any more: they are of a topic that somebody deleted. */
        void clear();
    }

    /**
     * Reads this topic, from {@link #start} on.
     *
     * @param name of the thread, and of the client
     * @param clock says as of when what was read is known
     */
    public CompactedTable(KafkaAccess kafka, Topic<String, byte[]> topic, String name, Rows rows, InstantSource clock) {
        this.kafka = kafka;
        this.topic = topic.name();
        this.rows = rows;
        this.clock = clock;
        this.thread = new Thread(this::readOn, name);
        this.thread.setDaemon(true);
    }

    /** Begins to read. */
    public void start() {
        thread.start();
    }

    /** Everything that stood in the topic at this time is known; nothing before it was read for the first time. */
    public Optional<Instant> asOf() {
        return asOf;
    }

    /** Whether it has been read to its end, waiting for so long. */
    public boolean awaitRead(Duration most) throws InterruptedException {
        return isRead.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readOn() {
        while (isClosed.getCount() > 0) {
            try (Closing closing = new Closing(open(), kafka.openAdmin())) {
                reading = Optional.of(closing.consumer());
                read(closing.consumer(), closing.admin());
            } catch (WakeupException closed) {
                return;
            } catch (KafkaException e) {
                fail(e.getClass().getSimpleName());
                LOG.debug("the failure in full", e);
            } catch (RuntimeException e) {
                // A thread that ends would leave in force for ever what was read last.
                LOG.error("reading {} failed: {}", topic, e.getClass().getName());
                LOG.debug("the failure in full", e);
            } finally {
                reading = Optional.empty();
            }
            if (isClosedWithin(AGAIN)) {
                return;
            }
        }
    }

    /** Says it once, and again when it is something else: a table that may not be read would else be silent for ever. */
    private void fail(String why) {
        if (!failure.equals(Optional.of(why))) {
            LOG.warn("{} cannot be read ({}); trying again, and what was read of it stays as it is", topic, why);
        }
        failure = Optional.of(why);
    }

    private boolean isClosedWithin(Duration pause) {
        try {
            return isClosed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private Consumer<String, byte[]> open() {
        return new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.CLIENT_ID_CONFIG, thread.getName(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Long.toString(ANSWER_MAX.toMillis()),
                        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(ANSWER_MAX.toMillis()),
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "4194304",
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1048576")),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private void read(Consumer<String, byte[]> consumer, Admin admin) {
        begin(idOf(admin));
        long lookedAtNanos = System.nanoTime();
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new KafkaException("no topic " + topic);
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (isClosed.getCount() > 0) {
            Instant asked = clock.instant();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (!isAt(ends, consumer)) {
                take(consumer.poll(READ));
            }
            failure = Optional.empty();
            asOf = Optional.of(asked);
            isRead.countDown();
            take(consumer.poll(FOLLOW));
            if (System.nanoTime() - lookedAtNanos >= LOOK_EVERY.toNanos()) {
                lookedAtNanos = System.nanoTime();
                if (!idOf(admin).equals(id)) {
                    return;
                }
            }
        }
    }

    private void begin(Optional<Uuid> now) {
        if (id.isPresent() && !id.equals(now)) {
            LOG.warn("{} is not the topic from before; what was read of that is forgotten", topic);
            asOf = Optional.empty();
            rows.clear();
        }
        id = now;
    }

    private Optional<Uuid> idOf(Admin admin) {
        try {
            return admin
                    .describeTopics(List.of(topic))
                    .allTopicNames()
                    .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
                    .values()
                    .stream()
                    .map(TopicDescription::topicId)
                    .findFirst();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WakeupException();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException why ? why : new KafkaException(e);
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException("no answer about " + topic, e);
        }
    }

    private static boolean isAt(Map<TopicPartition, Long> ends, Consumer<?, ?> consumer) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void take(ConsumerRecords<String, byte[]> records) {
        for (ConsumerRecord<String, byte[]> record : records) {
            if (record.key() == null) {
                continue;
            }
            if (record.value() == null) {
                rows.remove(record.key());
            } else {
                rows.put(record.key(), record.value());
            }
        }
    }

    @Override
    public void close() {
        isClosed.countDown();
        reading.ifPresent(Consumer::wakeup);
        try {
            thread.join(ANSWER_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Closing(Consumer<String, byte[]> consumer, Admin admin) implements AutoCloseable {

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(CLOSE_MAX));
            admin.close(Duration.ZERO);
        }
    }
}
