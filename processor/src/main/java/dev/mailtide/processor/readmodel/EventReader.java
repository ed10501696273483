package dev.mailtide.processor.readmodel;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.streams.OnStop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the events topic into the stores of its partitions. Where it goes on stands in the store alone, and only a partition
 * that has none begins at the beginning. A partition that moves away keeps its folder, and goes on from there if it comes back.
 */
final class EventReader implements ConsumerRebalanceListener, Restarted.Work {

    /** Its group for Kafka. */
    static final String GROUP = "mailtide-read-model-1";

    private static final Logger LOG = LoggerFactory.getLogger(EventReader.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final Duration RETENTION_EVERY = Duration.ofMinutes(1);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

    private final Source source;
    private final Path folder;
    private final Partitions partitions;
    private final Suppressions suppressions;
    private final ReadModelMeters meters;
    private final TopicView topic;
    private final Consumer<byte[], byte[]> consumer;
    private long sweepFromNanos = System.nanoTime();
    private long retentionFromNanos;

    /**
     * What is read, and as whom.
     *
     * @param topic name of the events topic
     * @param instance this process among those of the group
     * @param onStop what a stop is to the others
     */
    record Source(KafkaAccess kafka, String topic, String instance, OnStop onStop) {}

    /** @param folder where the stores are */
    EventReader(Source source, Path folder, Partitions partitions, Suppressions suppressions, ReadModelMeters meters) {
        this.source = source;
        this.folder = folder;
        this.partitions = partitions;
        this.suppressions = suppressions;
        this.meters = meters;
        this.topic = new TopicView(source.kafka(), source.topic());
        this.consumer = new KafkaConsumer<>(
                source.kafka()
                        .with(Map.ofEntries(
                                Map.entry(ConsumerConfig.GROUP_ID_CONFIG, GROUP),
                                Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, source.instance()),
                                Map.entry(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"),
                                Map.entry(
                                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                                        CooperativeStickyAssignor.class.getName()),
                                Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, "10000"),
                                Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, "2000"),
                                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"),
                                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
                                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"),
                                Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000"),
                                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "8388608"),
                                // Each commit of the counting would else be a poll, and a write for each partition.
                                Map.entry(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "65536"),
                                Map.entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "250"),
                                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-read-model"))),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void run() {
        partitions.keep(topic.retention());
        retentionFromNanos = System.nanoTime() + RETENTION_EVERY.toNanos();
        consumer.subscribe(List.of(source.topic()), this);
        while (true) {
            try {
                take(consumer.poll(POLL));
            } catch (OffsetOutOfRangeException e) {
                e.offsetOutOfRangePartitions().forEach(this::goOnElsewhere);
            }
            sweep();
            partitions.all().stream()
                    .filter(held -> held.store().isDamaged())
                    .forEach(held -> beginAnew(
                            new TopicPartition(source.topic(), held.store().partition())));
        }
    }

    @Override
    public void stop() {
        consumer.wakeup();
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : consumer.assignment()) {
            partitions.of(partition.partition()).ifPresent(held -> {
                long next = consumer.position(partition, ANSWER_MAX);
                List<EventStore.Appended> events = events(records.records(partition));
                if (!events.isEmpty()) {
                    held.store().add(events, next, suppressions);
                    meters.read(events.size());
                }
                held.progress().read(next);
            });
        }
    }

    private List<EventStore.Appended> events(List<ConsumerRecord<byte[], byte[]>> records) {
        List<EventStore.Appended> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            byte[] json = record.value() == null ? new byte[0] : record.value();
            EventHead.read(json)
                    .ifPresentOrElse(
                            head -> events.add(
                                    new EventStore.Appended(record.timestamp(), head, ByteBuffer.wrap(json))),
                            meters::unreadable);
        }
        return events;
    }

    private void sweep() {
        long now = System.nanoTime();
        if (now - sweepFromNanos < 0) {
            return;
        }
        if (now - retentionFromNanos >= 0) {
            retentionFromNanos = now + RETENTION_EVERY.toNanos();
            partitions.keep(topic.retention());
        }
        long before = partitions.expiredBeforeMillis();
        boolean isMore = false;
        for (Partitions.Held held : partitions.all()) {
            isMore |= held.store().sweep(before);
        }
        sweepFromNanos = isMore ? now : now + SWEEP_EVERY.toNanos();
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> taken) {
        if (taken.isEmpty()) {
            return;
        }
        String id = topic.id();
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(taken, ANSWER_MAX);
        for (TopicPartition partition : taken) {
            open(partition, id, beginnings.getOrDefault(partition, 0L));
        }
    }

    private void open(TopicPartition partition, String topicId, long beginning) {
        EventStore store = EventStore.open(folderOf(partition), partition.partition(), topicId);
        try {
            long next = store.nextOffset().orElse(beginning);
            LOG.info("read model: partition {} goes on at offset {}", partition.partition(), next);
            consumer.seek(partition, next);
            partitions.open(store, next);
        } catch (RuntimeException e) {
            // One that stays open could not be opened again in this process.
            store.close();
            throw e;
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> gone) {
        gone.forEach(partition -> partitions.close(partition.partition()));
    }

    /** What comes before the begin was deleted by retention, and has expired here, too. What is behind the end was taken back. */
    private void goOnElsewhere(TopicPartition partition, long offset) {
        long beginning =
                consumer.beginningOffsets(List.of(partition), ANSWER_MAX).getOrDefault(partition, 0L);
        LOG.warn(
                "read model: partition {} has no offset {}; it is {}",
                partition.partition(),
                offset,
                offset < beginning ? "read from its begin at " + beginning : "read anew from its begin");
        partitions.close(partition.partition());
        if (offset > beginning) {
            Database.delete(folderOf(partition));
        }
        partitions.open(EventStore.open(folderOf(partition), partition.partition(), topic.id()), beginning);
        consumer.seek(partition, beginning);
    }

    /** One that is damaged is empty when it is opened again; the others go on. */
    private void beginAnew(TopicPartition partition) {
        partitions.close(partition.partition());
        long beginning =
                consumer.beginningOffsets(List.of(partition), ANSWER_MAX).getOrDefault(partition, 0L);
        open(partition, topic.id(), beginning);
    }

    private Path folderOf(TopicPartition partition) {
        return folder.resolve(Integer.toString(partition.partition()));
    }

    @Override
    public void close() {
        partitions.close();
        consumer.close(CloseOptions.timeout(CLOSE_MAX)
                .withGroupMembershipOperation(
                        source.onStop() == OnStop.LEAVE
                                ? GroupMembershipOperation.LEAVE_GROUP
                                : GroupMembershipOperation.REMAIN_IN_GROUP));
        topic.close();
    }
}
