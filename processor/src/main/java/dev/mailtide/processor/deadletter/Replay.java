package dev.mailtide.processor.deadletter;

import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends bodies of dead letters through the raw topic again: same receipt id, same bytes, same headers, and when it was sent
 * again ({@link DeadLetterHeaders#REPLAYED}). An event that comes of it is the same whenever that is done, so a body that is
 * sent twice counts once. A body that fails again becomes a letter again, with the place of its new raw record.
 *
 * <p>For one thread at a time; sending can block for Kafka's metadata, 5 seconds at most.
 */
public final class Replay implements AutoCloseable {

    private static final Duration CLOSE_MAX = Duration.ofSeconds(4);

    private final LetterConsumers consumers;
    private final Topics topics;
    private final InstantSource clock;
    private final Producer<byte[], byte[]> producer;

    /**
     * Opens the way to the raw topic. It must be there: nobody else can tell how it should be made than who reads it.
     *
     * @param clock says when a body was sent again
     * @throws ResourceException if Kafka does not answer, or has no raw topic
     */
    public Replay(KafkaAccess kafka, Topics topics, InstantSource clock) {
        this.consumers = new LetterConsumers(kafka);
        this.topics = topics;
        this.clock = clock;
        consumers.ask(topics.raw().name(), new ByteArrayDeserializer(), (consumer, partitions) -> partitions.size());
        this.producer =
                new KafkaProducer<>(kafka.with(settings()), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "6291456");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "5");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "5000");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "15000");
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "mailtide-replay");
        return settings;
    }

    /**
     * What came of it. What is in none of these counts was not asked for.
     *
     * @param replayed bodies that every in-sync copy of the raw topic has
     * @param failed bodies of which this is not known; to be sent again
     * @param missing letters that are not there, or whose body is not there any more, or another one is
     */
    public record Outcome(int replayed, int failed, Set<Position> missing) {

        /** Copies the places. */
        public Outcome {
            missing = Set.copyOf(missing);
        }
    }

    /** One sending: what was sent, and for which letters there was nothing to send. */
    private final class Batch {

        private final List<java.util.concurrent.Future<?>> sent = new ArrayList<>();
        private final Map<Position, List<DeadLetter>> lettersByRaw = new TreeMap<>();
        private final List<Position> missing = new ArrayList<>();
        private int refused;

        void letter(ConsumerRecord<byte[], byte[]> record) {
            DeadLetter letter = DeadLetter.of(record, 0);
            if (letter.bodyBytes().isPresent()) {
                send(record);
            } else {
                Optional<Position> raw = letter.raw().map(DeadLetter.Raw::at);
                raw.ifPresentOrElse(at -> lettersAt(at).add(letter), () -> missing.add(letter.at()));
            }
        }

        /** More than one if somebody has copied a letter. */
        private List<DeadLetter> lettersAt(Position raw) {
            return lettersByRaw.computeIfAbsent(raw, first -> new ArrayList<>());
        }

        /** Once for each of its letters, so that each is counted; what is sent twice counts once. */
        void raw(ConsumerRecord<byte[], byte[]> record) {
            for (DeadLetter letter : lettersAt(new Position(record.partition(), record.offset()))) {
                if (letter.isOf(record)) {
                    send(record);
                } else {
                    missing.add(letter.at());
                }
            }
        }

        void gone(Position raw) {
            lettersAt(raw).forEach(letter -> missing.add(letter.at()));
        }

        /** Its value is the body, whether it stands among the letters or in the raw topic. */
        void send(ConsumerRecord<byte[], byte[]> record) {
            Headers headers = DeadLetterHeaders.ofReplay(record.headers(), Times.text(clock.instant()));
            byte[] body = record.value() == null ? new byte[0] : record.value();
            try {
                sent.add(producer.send(
                        new ProducerRecord<>(topics.raw().name(), null, null, record.key(), body, headers)));
            } catch (KafkaException e) {
                refused++;
            }
        }

        Outcome outcome() {
            producer.flush();
            int failed = refused;
            for (var one : sent) {
                failed += isAcked(one) ? 0 : 1;
            }
            return new Outcome(sent.size() + refused - failed, failed, Set.copyOf(missing));
        }
    }

    /** After a flush every send has ended, one way or the other. */
    private static boolean isAcked(java.util.concurrent.Future<?> sent) {
        try {
            var unused = sent.get();
            return true;
        } catch (java.util.concurrent.ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Sends the bodies of these letters, and waits for the acks: 15 seconds at most for each.
     *
     * @throws ResourceException if Kafka does not answer, or a topic is not there; some may have been sent by then
     */
    public Outcome replay(Collection<Position> letters) {
        Batch batch = new Batch();
        batch.missing.addAll(read(topics.deadLetters().name(), letters, batch::letter));
        if (!batch.lettersByRaw.isEmpty()) {
            List<Position> gone = read(topics.raw().name(), batch.lettersByRaw.keySet(), batch::raw);
            gone.forEach(batch::gone);
        }
        return batch.outcome();
    }

    private List<Position> read(
            String topic, Collection<Position> places, java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        return consumers.ask(
                topic,
                new ByteArrayDeserializer(),
                (consumer, partitions) -> new RecordsAt(consumer, partitions).read(topic, places, to));
    }

    @Override
    public void close() {
        producer.close(CLOSE_MAX);
    }
}
