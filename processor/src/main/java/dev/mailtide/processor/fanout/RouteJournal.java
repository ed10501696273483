package dev.mailtide.processor.fanout;

import dev.mailtide.common.topic.KafkaAccess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes rows of the routes topic, as the only one. Whoever opens it shuts out everybody who has opened it before: Kafka takes
 * nothing more from them, and takes back what they had not committed. So what stands in the topic after the opening is all
 * there is, and stays so until its opener writes.
 */
final class RouteJournal implements AutoCloseable {

    private static final String WISH = "wish";
    private static final String OUTCOME = "outcome";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Readers see nothing behind a transaction that nobody ends, for as long. */
    private static final Duration OPEN_MAX = Duration.ofSeconds(10);

    private final KafkaProducer<String, byte[]> producer;
    private final String topic;

    private RouteJournal(KafkaProducer<String, byte[]> producer, String topic) {
        this.producer = producer;
        this.topic = topic;
    }

    /**
     * What became of an order.
     *
     * @param wish the id of the order
     */
    record Answer(String wish, Outcome outcome) {

        /** What is known of it. */
        enum Outcome {
            /** The row is as it was ordered. */
            DONE,
            /** It will be, when the own topic is there. */
            CREATING,
            /** There are as many own topics as there may be. */
            CAP,
            /** Kafka refuses to make the own topic. */
            REFUSED
        }

        static Optional<Answer> in(Headers headers) {
            return text(headers, WISH)
                    .flatMap(wish -> text(headers, OUTCOME)
                            .flatMap(Answer::outcomeNamed)
                            .map(outcome -> new Answer(wish, outcome)));
        }

        private static Optional<Outcome> outcomeNamed(String name) {
            return Arrays.stream(Outcome.values())
                    .filter(outcome -> outcome.name().equals(name))
                    .findFirst();
        }

        private static Optional<String> text(Headers headers, String key) {
            Header header = headers.lastHeader(key);
            return Optional.ofNullable(header).map(found -> new String(found.value(), StandardCharsets.UTF_8));
        }

        private void addTo(Headers headers) {
            headers.add(WISH, wish.getBytes(StandardCharsets.UTF_8));
            headers.add(OUTCOME, outcome.name().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A row to be written, and whether it answers somebody. */
    record Entry(Route row, Optional<Answer> answer) {

        static Entry of(Route row) {
            return new Entry(row, Optional.empty());
        }
    }

    /** @throws org.apache.kafka.common.KafkaException if Kafka does not answer, or refuses */
    static RouteJournal open(KafkaAccess kafka, String transactionalId, String topic) {
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        transactionalId,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        (int) OPEN_MAX.toMillis(),
                        ProducerConfig.ACKS_CONFIG,
                        "all",
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        PATIENCE.toMillis())),
                new StringSerializer(),
                new ByteArraySerializer());
        try {
            producer.initTransactions();
            return new RouteJournal(producer, topic);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /**
     * Writes all of them, or none. After an exception it is good for nothing but to be closed.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not take them, or somebody else has opened it since
     */
    void write(List<Entry> entries) {
        if (entries.isEmpty()) {
            return;
        }
        producer.beginTransaction();
        for (Entry entry : entries) {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(
                    topic, entry.row().domain().name(), entry.row().bytes());
            entry.answer().ifPresent(answer -> answer.addTo(record.headers()));
            var unused = producer.send(record);
        }
        producer.commitTransaction();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
    }
}
