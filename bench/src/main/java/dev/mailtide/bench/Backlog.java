package dev.mailtide.bench;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Writes bodies to the raw topic as ingest does, in one transaction: the processor runs and is warm all the while, sees nothing
 * of them, and has all of them before it at once when they are released.
 */
final class Backlog implements AutoCloseable {

    /** So much was going on: what so many events in a row are about happened within this time. */
    private static final Duration SPAN = Duration.ofMinutes(10);

    private static final long SPAN_EVENTS = 100_000;

    private static final long TRANSACTION_SECONDS_MAX = 900;

    private final Topic<String, byte[]> topic;
    private final Consumer<String> progress;
    private final KafkaProducer<String, byte[]> producer;
    private final SplittableRandom chance = new SplittableRandom();
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    Backlog(KafkaAccess kafka, Topic<String, byte[]> topic, Consumer<String> progress) {
        this.topic = topic;
        this.progress = progress;
        this.producer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.LINGER_MS_CONFIG, "5",
                        ProducerConfig.BATCH_SIZE_CONFIG, "131072",
                        ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4",
                        ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG, "true",
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG, "mailtide-bench",
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                                Long.toString(TimeUnit.SECONDS.toMillis(TRANSACTION_SECONDS_MAX)))),
                topic.keys().serializer(),
                topic.values().serializer());
        producer.initTransactions();
    }

    /**
     * Bodies to write.
     *
     * @param first number of the first
     * @param count how many
     */
    record Numbers(long first, long count) {}

    /**
     * Writes these bodies; nobody reads them before they are released. The same numbers and the same time give the same
     * events again.
     */
    void write(Traffic traffic, Numbers numbers, Instant now) {
        write(
                traffic,
                numbers,
                now,
                number -> now.minus(SPAN).plusMillis(SPAN.toMillis() * (number % SPAN_EVENTS) / SPAN_EVENTS));
    }

    /**
     * The same, with events that happened at other times.
     *
     * @param now when they are received
     * @param at when the event of a number happened
     */
    void write(Traffic traffic, Numbers numbers, Instant now, LongFunction<Instant> at) {
        Progress written = new Progress("written", numbers.count(), progress);
        List<Header> headers = headers(now);
        producer.beginTransaction();
        for (long i = 0; i < numbers.count(); i++) {
            long number = numbers.first() + i;
            String key = new UUID(chance.nextLong(), chance.nextLong()).toString();
            byte[] body = traffic.body(number, at.apply(number));
            var unused = producer.send(
                    new ProducerRecord<>(topic.name(), null, key, body, headers), (record, error) -> note(error));
            written.at(i);
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IllegalStateException("the backlog could not be written", failure.get());
        }
    }

    private void note(@Nullable Exception error) {
        if (error != null) {
            failure.set(error);
        }
    }

    /** Lets the processor see them. */
    void release() {
        producer.commitTransaction();
    }

    private static List<Header> headers(Instant now) {
        return List.of(
                header(RawHeaders.SOURCE, "bench"),
                header(RawHeaders.PROVIDER, "paubox"),
                header(RawHeaders.RECEIVED_AT, Long.toString(now.toEpochMilli())),
                header(RawHeaders.CONTENT_TYPE, "application/json"));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
