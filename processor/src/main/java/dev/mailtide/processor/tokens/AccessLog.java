package dev.mailtide.processor.tokens;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down, in a topic that only grows, who has read what of people: when, with which token, by which route, of which
 * domain, how many rows. Never an address. What cannot be written down is not answered.
 */
public final class AccessLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

    private static final int WAITING_MAX = 1_000;

    /** Requests that wait for Kafka at once: while it is away, the others have to find a thread. */
    private static final int WRITERS_MAX = 16;

    private static final Duration ACK_MAX = Duration.ofSeconds(3);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

    private static final Map<String, Object> SETTINGS = Map.of(
            ProducerConfig.CLIENT_ID_CONFIG, "mailtide-access-log",
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.BUFFER_MEMORY_CONFIG, "8388608",
            ProducerConfig.LINGER_MS_CONFIG, "0",
            ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000",
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "2000",
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "2500");

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final InstantSource clock;
    private final Counter written;
    private final Counter failed;
    private final ThreadPoolExecutor thread;
    private final Semaphore writers = new Semaphore(WRITERS_MAX);

    /** Why an entry was written. */
    public enum Outcome {
        /** Rows about people were answered. */
        READ("read"),
        /** Rows about people are being answered, and how many is written when they have ended. */
        BEGUN("begun"),
        /** A domain was asked for that the token does not open; the answer was that there is no such domain. */
        OUTSIDE_SCOPE("outside-scope");

        private final String wireName;

        Outcome(String wireName) {
            this.wireName = wireName;
        }
    }

    /**
     * One entry.
     *
     * @param tokenId whose token
     * @param route the path as the documentation names it, never the one that was asked
     * @param domain the sender domain, if one was asked for
     * @param rows how many people's rows, if that is known
     * @param shown whether addresses were shown, or masked
     */
    public record Entry(
            Outcome outcome, String tokenId, String route, Optional<String> domain, OptionalLong rows, Shown shown) {}

    /** How addresses were answered. */
    public enum Shown {
        IN_FULL("shown"),
        MASKED("masked"),
        NOT_AT_ALL("none");

        private final String wireName;

        Shown(String wireName) {
            this.wireName = wireName;
        }
    }

    /** Writes to this topic, which must be there. */
    public AccessLog(KafkaAccess kafka, Topic<String, byte[]> topic, InstantSource clock, Meters meters) {
        this.producer = new KafkaProducer<>(kafka.with(SETTINGS), new StringSerializer(), new ByteArraySerializer());
        this.topic = topic.name();
        this.clock = clock;
        this.written = meters.counter("mailtide.processor.access.log.written", "Entries in the access log");
        this.failed = meters.counter(
                "mailtide.processor.access.log.failed", "Entries that Kafka did not take; reads of them were refused");
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX),
                task -> new Thread(task, "access-log"));
    }

    /** Whether it is written down for good; waits for Kafka, a few seconds at most, and not where too many wait already. */
    public boolean write(Entry entry) {
        if (!writers.tryAcquire()) {
            failed.increment();
            return false;
        }
        try {
            return queued(entry).get(ACK_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } finally {
            writers.release();
        }
    }

    /** Writes it down, if Kafka takes it; nobody waits. */
    public void note(Entry entry) {
        var unused = queued(entry);
    }

    private CompletableFuture<Boolean> queued(Entry entry) {
        CompletableFuture<Boolean> isWritten = new CompletableFuture<>();
        Instant now = clock.instant();
        try {
            thread.execute(() -> send(entry, now, isWritten));
        } catch (RejectedExecutionException full) {
            ended(false, isWritten);
        }
        return isWritten;
    }

    private void send(Entry entry, Instant now, CompletableFuture<Boolean> isWritten) {
        try {
            ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, Times.text(now), encode(entry, now));
            var unused = producer.send(record, (metadata, failure) -> ended(failure == null, isWritten));
        } catch (KafkaException | IllegalStateException e) {
            LOG.debug("the access log was not written", e);
            ended(false, isWritten);
        }
    }

    private void ended(boolean isIn, CompletableFuture<Boolean> isWritten) {
        (isIn ? written : failed).increment();
        isWritten.complete(isIn);
    }

    static byte[] encode(Entry entry, Instant now) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("at", Times.text(now))
                .put("outcome", entry.outcome().wireName)
                .put("tokenId", entry.tokenId())
                .put("route", entry.route());
        entry.domain().ifPresent(domain -> json.put("domain", domain));
        entry.rows().ifPresent(rows -> json.put("rows", rows));
        json.put("recipients", entry.shown().wireName);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            boolean unused = thread.awaitTermination(CLOSE_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(CLOSE_MAX);
    }
}
