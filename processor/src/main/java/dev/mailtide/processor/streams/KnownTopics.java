package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The ids of an application's topics, as they were when it first had them: a compacted topic of one partition beside its
 * other internal ones. Not a file: the state folder may be wiped at any time, and every instance must know them. Key: the
 * topic's name; value: its id. The key {@link #BEGUN} says that the application has begun here, and comes before all.
 */
final class KnownTopics {

    static final String BEGUN = "begun";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaAccess kafka;
    private final Topic<String, String> topic;

    /** @param replication copies of the topic, if it has to be made */
    KnownTopics(KafkaAccess kafka, String applicationId, short replication) {
        this.kafka = kafka;
        this.topic = new Topic<>(
                applicationId + "-known-topics",
                Serdes.String(),
                Serdes.String(),
                new Topic.Shape(
                        1, replication, Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    }

    String name() {
        return topic.name();
    }

    /**
     * Everything in it; makes the topic if it is missing.
     *
     * @throws ResourceException if Kafka does not answer
     */
    Map<String, String> read() {
        kafka.createMissing(List.of(topic));
        Map<String, String> known = new TreeMap<>();
        List<TopicPartition> only = List.of(new TopicPartition(topic.name(), 0));
        KafkaConsumer<String, String> reader = new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false")),
                new StringDeserializer(),
                new StringDeserializer());
        try {
            reader.assign(only);
            reader.seekToBeginning(only);
            long end = reader.endOffsets(only, PATIENCE).getOrDefault(only.get(0), 0L);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (reader.position(only.get(0), PATIENCE) < end) {
                if (System.nanoTime() > deadline) {
                    throw unusable(new TimeoutException("not read to its end"));
                }
                for (ConsumerRecord<String, String> record : reader.poll(Duration.ofMillis(100))) {
                    known.put(record.key(), record.value());
                }
            }
            return known;
        } catch (KafkaException e) {
            throw unusable(e);
        } finally {
            reader.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    /**
     * Adds or changes these; returns when Kafka has them.
     *
     * @throws ResourceException if Kafka does not take them
     */
    void write(Map<String, String> ids) {
        KafkaProducer<String, String> writer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis())),
                new StringSerializer(),
                new StringSerializer());
        try {
            for (Map.Entry<String, String> id : ids.entrySet()) {
                var unused = writer.send(new ProducerRecord<>(topic.name(), id.getKey(), id.getValue()))
                        .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unusable(e);
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw unusable(e);
        } finally {
            writer.close(Duration.ZERO);
        }
    }

    private ResourceException unusable(Exception why) {
        return new ResourceException(
                "cannot use the topic " + topic.name() + " (" + why.getClass().getSimpleName()
                        + "); is Kafka well, and may this user read and write it?",
                why);
    }
}
