package dev.mailtide.processor.deadletter;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * The topic of dead letters, read on demand. No state is kept: each question has a consumer of its own, which begins at the
 * end of the topic. Safe for use by several threads.
 */
public final class DeadLetters {

    private static final TailScan.Limits LIMITS = new TailScan.Limits(10_000, Duration.ofSeconds(3));

    /** A list needs the size of a body only, so the body is never copied out of the client's buffer. */
    private static final Deserializer<Integer> SIZE = (topic, bytes) -> bytes == null ? 0 : bytes.length;

    private final LetterConsumers consumers;
    private final Topics topics;
    private final TailScan.Limits limits;

    /** Reads them from this Kafka, under the names of these topics. */
    public DeadLetters(KafkaAccess kafka, Topics topics) {
        this(kafka, topics, LIMITS);
    }

    DeadLetters(KafkaAccess kafka, Topics topics, TailScan.Limits limits) {
        this.consumers = new LetterConsumers(kafka);
        this.topics = topics;
        this.limits = limits;
    }

    /**
     * The newest letters before a place, over all partitions, without their bodies. Reads 10,000 records or for 3 seconds, and
     * says in the page if it ended by that; it goes on from there.
     *
     * @param cursor where the last page ended; nothing for the newest
     * @param limit how many letters, 1 or more
     * @throws dev.mailtide.common.run.ResourceException if Kafka does not answer, or has no such topic
     */
    public LetterPage page(LetterFilter filter, Optional<LetterCursor> cursor, int limit) {
        return consumers.ask(
                topics.deadLetters().name(),
                SIZE,
                (consumer, partitions) -> new TailScan(consumer, partitions, filter, cursor, limits).page(limit));
    }

    /**
     * One letter.
     *
     * @return nothing if there is no letter at this place, or no longer
     * @throws dev.mailtide.common.run.ResourceException if Kafka does not answer, or has no such topic
     */
    public Optional<DeadLetter> find(Position at) {
        return record(topics.deadLetters().name(), at)
                .map(record -> DeadLetter.of(record, record.value() == null ? 0 : record.value().length));
    }

    /**
     * The bytes that were received. They are as confidential as the raw topic.
     *
     * @return nothing if they stand nowhere any more
     * @throws dev.mailtide.common.run.ResourceException if Kafka does not answer, or has no such topic
     */
    public Optional<byte[]> bodyOf(DeadLetter letter) {
        Optional<ConsumerRecord<byte[], byte[]>> holder = letter.bodyBytes().isPresent()
                ? record(topics.deadLetters().name(), letter.at())
                : letter.raw()
                        .flatMap(raw -> record(topics.raw().name(), raw.at()))
                        .filter(letter::isOf);
        return holder.map(record -> record.value() == null ? new byte[0] : record.value());
    }

    private Optional<ConsumerRecord<byte[], byte[]>> record(String topic, Position at) {
        return consumers.ask(topic, new ByteArrayDeserializer(), (consumer, partitions) -> {
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            var unused = new RecordsAt(consumer, partitions).read(topic, List.of(at), found::add);
            return found.stream().findFirst();
        });
    }
}
