package dev.mailtide.processor.deadletter;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Makes a consumer for one question, which belongs to no group, sees committed records only, and creates no topic. */
final class LetterConsumers {

    private static final String ANSWER_MAX_MILLIS = "5000";

    /**
     * The client asks ahead, for what comes after the end too, and asks a broker one thing at a time: each piece further back
     * would wait for that long (500 ms unless it is said).
     */
    private static final String FETCH_WAIT_MAX_MILLIS = "10";

    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);

    private final KafkaAccess kafka;

    LetterConsumers(KafkaAccess kafka) {
        this.kafka = kafka;
    }

    /** What is asked of the topic. */
    @FunctionalInterface
    interface Question<V, R> {
        R ask(Consumer<byte[], V> consumer, List<TopicPartition> partitions);
    }

    /**
     * Asks it with a consumer of its own.
     *
     * @throws ResourceException if Kafka does not answer, or has no such topic
     */
    <V, R> R ask(String topic, Deserializer<V> values, Question<V, R> question) {
        try {
            Consumer<byte[], V> consumer = new KafkaConsumer<>(settings(), new ByteArrayDeserializer(), values);
            try {
                return question.ask(consumer, partitions(topic, consumer));
            } finally {
                consumer.close(CloseOptions.timeout(CLOSE_MAX));
            }
        } catch (UnknownTopicOrPartitionException e) {
            throw new ResourceException(
                    "there is no topic " + topic + " on Kafka at " + kafka.bootstrapServers()
                            + "; is this the right cluster (kafka.bootstrap.servers, topics.prefix)?",
                    e);
        } catch (KafkaException e) {
            throw new ResourceException(
                    "cannot read " + topic + " from Kafka at " + kafka.bootstrapServers() + " ("
                            + e.getClass().getSimpleName() + "); is it running? Set kafka.bootstrap.servers",
                    e);
        }
    }

    /** Bodies are up to 5 MB, so little is fetched at once; Kafka gives one record at least. */
    private Map<String, Object> settings() {
        return kafka.with(Map.ofEntries(
                Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
                Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false"),
                Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false"),
                Map.entry(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS),
                Map.entry(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MAX_MILLIS),
                Map.entry(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MAX_MILLIS),
                Map.entry(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, "4194304"),
                Map.entry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "262144"),
                Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, "mailtide-dead-letters")));
    }

    private static List<TopicPartition> partitions(String topic, Consumer<?, ?> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            throw new UnknownTopicOrPartitionException(topic);
        }
        return partitions;
    }
}
