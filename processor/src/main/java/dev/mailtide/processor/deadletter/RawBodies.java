package dev.mailtide.processor.deadletter;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Bodies as they were posted, read at their places in the raw topic, on demand. Safe for use by several threads. */
public final class RawBodies {

    private final LetterConsumers consumers;
    private final String topic;

    /** Reads the raw topic of this Kafka. */
    public RawBodies(KafkaAccess kafka, Topics topics) {
        this.consumers = new LetterConsumers(kafka);
        this.topic = topics.raw().name();
    }

    /** What stands at a place. */
    public sealed interface Found {

        /** A body, with its receipt id as the key and what ingest knew as headers. Whose it is must still be looked at. */
        record Kept(ConsumerRecord<byte[], byte[]> raw) implements Found {}

        /** There is none. */
        enum Missing implements Found {
            /** The partition begins behind this place: the retention of the raw topic is over for it. */
            EXPIRED,
            /** No record has ever stood there, or it was taken back. */
            NONE
        }
    }

    /**
     * What stands at this place.
     *
     * @throws dev.mailtide.common.run.ResourceException if Kafka does not answer, or has no such topic
     */
    public Found at(Position place) {
        return consumers.ask(
                topic, new ByteArrayDeserializer(), (consumer, partitions) -> find(place, consumer, partitions));
    }

    private Found find(Position place, Consumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        var unused = new RecordsAt(consumer, partitions).read(topic, List.of(place), found::add);
        if (!found.isEmpty()) {
            return new Found.Kept(found.get(0));
        }
        // Asked after it was missing, so that what expires meanwhile is not called a place without a record.
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        return place.offset() < begins.getOrDefault(new TopicPartition(topic, place.partition()), 0L)
                ? Found.Missing.EXPIRED
                : Found.Missing.NONE;
    }
}
