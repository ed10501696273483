package dev.mailtide.processor.readmodel;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** What Kafka says of one topic. Safe for use by several threads. */
final class TopicView implements AutoCloseable {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final String topic;
    private final Admin admin;

    TopicView(KafkaAccess kafka, String topic) {
        this.topic = topic;
        this.admin = kafka.openAdmin();
    }

    /** Another one each time that the topic is made. */
    String id() {
        return description().topicId().toString();
    }

    int partitions() {
        return description().partitions().size();
    }

    private TopicDescription description() {
        return Objects.requireNonNull(
                within(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic));
    }

    /** How long records are kept by their append time; longer than anybody can count where they are kept for ever. */
    Duration retention() {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = Objects.requireNonNull(
                within(admin.describeConfigs(List.of(resource)).all()).get(resource));
        ConfigEntry entry = Objects.requireNonNull(config.get(TopicConfig.RETENTION_MS_CONFIG));
        long millis = Long.parseLong(entry.value());
        return Duration.ofMillis(millis < 0 ? Long.MAX_VALUE / 4 : millis);
    }

    /** Where these partitions end, with what open transactions hold back. */
    Map<Integer, Long> ends(Iterable<Integer> partitions) {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        partitions.forEach(partition -> latest.put(new TopicPartition(topic, partition), OffsetSpec.latest()));
        Map<Integer, Long> ends = new HashMap<>();
        within(admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                        .all())
                .forEach((partition, found) -> ends.put(partition.partition(), found.offset()));
        return ends;
    }

    private <T> T within(KafkaFuture<T> future) {
        try {
            return future.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while asking about " + topic, e);
        } catch (ExecutionException | TimeoutException e) {
            throw new KafkaException("no answer about " + topic, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ZERO);
    }
}
