package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What Kafka says about a group and the topics that it reads. Each answer is waited for, some seconds at most. */
final class GroupView implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final Admin admin;
    private final String group;

    GroupView(KafkaAccess kafka, String group) {
        this.admin = kafka.openAdmin();
        this.group = group;
    }

    /** The ids of those of these topics that are there. */
    Map<String, String> ids(Set<String> topics) throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, String> ids = new TreeMap<>();
        Map<String, KafkaFuture<TopicDescription>> all =
                admin.describeTopics(topics).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> one : all.entrySet()) {
            try {
                ids.put(one.getKey(), within(one.getValue()).topicId().toString());
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return ids;
    }

    /** Where the group goes on in the topic, by partition; none where nothing is committed. */
    Map<Integer, Long> committed(String topic) throws ExecutionException, TimeoutException, InterruptedException {
        Map<Integer, Long> committed = new TreeMap<>();
        committed().forEach((partition, next) -> {
            if (partition.topic().equals(topic)) {
                committed.put(partition.partition(), next);
            }
        });
        return committed;
    }

    /** Where the group goes on, in all topics. */
    Map<TopicPartition, Long> committed() throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, Long> committed = new HashMap<>();
        within(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, next) -> {
                    // Kafka answers null for a partition without an offset.
                    if (next != null) {
                        committed.put(partition, next.offset());
                    }
                });
        return committed;
    }

    /** The first offset that still stands in each partition of the topic. */
    Map<Integer, Long> beginnings(String topic) throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        for (TopicDescription described :
                within(admin.describeTopics(Set.of(topic)).allTopicNames()).values()) {
            for (TopicPartitionInfo partition : described.partitions()) {
                asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.earliest());
            }
        }
        Map<Integer, Long> beginnings = new TreeMap<>();
        within(admin.listOffsets(asked).all())
                .forEach((partition, found) -> beginnings.put(partition.partition(), found.offset()));
        return beginnings;
    }

    /** The end of what may be read, for each of these partitions. */
    Map<TopicPartition, Long> committedEnds(Collection<TopicPartition> partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        within(admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, found) -> ends.put(partition, found.offset()));
        return ends;
    }

    /** Sets the offset to the beginning in those partitions where there is none. */
    void beginWhereNothingIsCommitted(String topic) throws ExecutionException, TimeoutException, InterruptedException {
        Map<Integer, Long> beginnings = beginnings(topic);
        beginnings.keySet().removeAll(committed(topic).keySet());
        goOnAt(topic, beginnings);
    }

    /** Sets the offsets; Kafka refuses while the group has members. */
    void goOnAt(String topic, Map<Integer, Long> offsets)
            throws ExecutionException, TimeoutException, InterruptedException {
        if (offsets.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        var unused = within(admin.alterConsumerGroupOffsets(group, all).all());
    }

    /** A question to Kafka. */
    @FunctionalInterface
    interface Question<T> {
        T ask() throws ExecutionException, TimeoutException, InterruptedException;
    }

    /**
     * For those who cannot go on without the answer.
     *
     * @throws ResourceException if there is none
     */
    <T> T asking(Question<T> question) {
        try {
            return question.ask();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unanswered("interrupted", e);
        } catch (ExecutionException e) {
            throw unanswered(String.valueOf(e.getCause()), e);
        } catch (TimeoutException | KafkaException e) {
            throw unanswered(e.getClass().getSimpleName(), e);
        }
    }

    private ResourceException unanswered(String why, Exception cause) {
        return new ResourceException(
                "cannot look after the topics of " + group + " (" + why
                        + "); is Kafka well, and may this user describe its topics, and read and alter the group "
                        + group + "?",
                cause);
    }

    private static <T> T within(KafkaFuture<T> future)
            throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
