package dev.mailtide.bench;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * The best that a Kafka client can do with the records that ingest writes: keys, headers and settings as ingest's, one
 * thread that calls {@code send}, and no HTTP.
 */
final class BareProducer {

    private static final Duration LAST_ACK_MAX = Duration.ofSeconds(15);
    private static final String NO_ACK = "no ack within " + LAST_ACK_MAX.toSeconds() + " s";

    /** As long as ingest's: source, provider, time of receipt, content type. */
    private static final List<Header> HEADERS = List.of(
            header(RawHeaders.SOURCE, "bench"),
            header(RawHeaders.PROVIDER, "paubox"),
            header(RawHeaders.RECEIVED_AT, "1792000000000"),
            header(RawHeaders.CONTENT_TYPE, "application/json"));

    private final KafkaAccess kafka;
    private final Topic<String, byte[]> topic;
    private final List<byte[]> bodies;
    private final Supplier<Duration> cpu;

    /** @param cpu processor time that this process has used */
    BareProducer(KafkaAccess kafka, Topic<String, byte[]> topic, List<byte[]> bodies, Supplier<Duration> cpu) {
        this.kafka = kafka;
        this.topic = topic;
        this.bodies = bodies;
        this.cpu = cpu;
    }

    /**
     * What to measure.
     *
     * @param outstanding sends without an ack at any time
     */
    record Question(int outstanding, int lingerMillis, long warmUpMillis, long windowMillis) {}

    Slice measure(Question question) throws InterruptedException {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                kafka.with(settings(question.lingerMillis())),
                topic.keys().serializer(),
                topic.values().serializer())) {
            return new Round(producer, question).run();
        }
    }

    private static Map<String, String> settings(int lingerMillis) {
        return Map.of(
                ProducerConfig.LINGER_MS_CONFIG, Integer.toString(lingerMillis),
                ProducerConfig.BATCH_SIZE_CONFIG, "131072",
                ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
                ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, "true",
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true",
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "6291456",
                ProducerConfig.CLIENT_ID_CONFIG, "mailtide-bench");
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** One producer's life. */
    private final class Round {

        private final KafkaProducer<String, byte[]> producer;
        private final int outstandingMax;
        private final Semaphore free;
        private final Measurement measurement;
        private volatile Optional<String> failure = Optional.empty();
        private final SplittableRandom chance = new SplittableRandom();
        private volatile boolean over;

        Round(KafkaProducer<String, byte[]> producer, Question question) {
            this.producer = producer;
            this.outstandingMax = question.outstanding();
            this.free = new Semaphore(outstandingMax);
            this.measurement = new Measurement(
                    System.nanoTime(),
                    Duration.ofMillis(question.warmUpMillis()),
                    Duration.ofMillis(question.windowMillis()),
                    cpu);
        }

        Slice run() throws InterruptedException {
            for (int next = 0; !over && failure.isEmpty(); next = (next + 1) % bodies.size()) {
                if (free.tryAcquire(LAST_ACK_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                    send(bodies.get(next));
                } else {
                    failure = Optional.of(NO_ACK);
                }
            }
            // With all of them back, what the network thread has counted can be read here.
            boolean allAcked = free.tryAcquire(outstandingMax, LAST_ACK_MAX.toMillis(), TimeUnit.MILLISECONDS);
            Optional<String> why = allAcked ? failure : Optional.of(NO_ACK);
            if (why.isPresent()) {
                throw new IllegalStateException("the bare producer failed: " + why.get());
            }
            return measurement.result();
        }

        private void send(byte[] body) {
            String key = new UUID(chance.nextLong(), chance.nextLong()).toString();
            long due = System.nanoTime();
            var unused = producer.send(
                    new ProducerRecord<>(topic.name(), null, key, body, HEADERS),
                    (written, error) -> acked(due, error));
        }

        /** On the producer's network thread, of which there is one. */
        private void acked(long due, @Nullable Exception error) {
            if (error == null) {
                long now = System.nanoTime();
                measurement.look(now);
                measurement.acked(due, now);
                over = measurement.isOver();
            } else {
                failure = Optional.of(error.toString());
            }
            free.release();
        }
    }
}
