package dev.mailtide.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A steady stream of messages, one event each, and what any answer about them must be: at least as much as had been
 * appended before the answer's {@code asOf}, and no more than was sent at all.
 */
final class Truth implements AutoCloseable {

    static final int DOMAINS = 12;

    /** What was appended so long ago must be known to whoever says that there is nothing. */
    private static final Duration KNOWN_AFTER = Duration.ofSeconds(12);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaProducer<String, byte[]> producer;
    private final String raw;
    private final List<List<Long>> appended = new ArrayList<>();
    private final AtomicLongArray sent = new AtomicLongArray(DOMAINS);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private long number;

    Truth(KafkaAccess kafka, Topics topics, int perSecond) {
        producer = new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
        raw = topics.raw().name();
        for (int domain = 0; domain < DOMAINS; domain++) {
            appended.add(new ArrayList<>());
        }
        var unused = thread.scheduleAtFixedRate(this::send, 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    private void send() {
        int domain = (int) (number % DOMAINS);
        ProducerRecord<String, byte[]> record = record(raw, number, "m-" + number / DOMAINS, name(domain));
        number++;
        sent.incrementAndGet(domain);
        var unused = producer.send(record, (where, failure) -> {
            if (failure == null) {
                synchronized (appended.get(domain)) {
                    appended.get(domain).add(where.timestamp());
                }
            }
        });
    }

    /** A body of one event, as ingest writes it. */
    static ProducerRecord<String, byte[]> record(String topic, long number, String message, String domain) {
        byte[] body = PauboxBodies.delivered(
                        message,
                        "care@" + domain,
                        "pat@gmail.com",
                        Instant.parse("2026-04-18T20:00:00Z")
                                .plusSeconds(number)
                                .toString())
                .getBytes(StandardCharsets.UTF_8);
        ProducerRecord<String, byte[]> record = new ProducerRecord<>(topic, "receipt-" + number, body);
        RawHeaders.add(record.headers(), RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(record.headers(), RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(record.headers(), RawHeaders.RECEIVED_AT, Long.toString(System.currentTimeMillis()));
        return record;
    }

    static String name(int domain) {
        return "clinic-" + domain + ".example";
    }

    /** How many were appended before this time, acks that are still on their way left out. */
    private long before(int domain, Instant time) {
        synchronized (appended.get(domain)) {
            return appended.get(domain).stream()
                    .filter(at -> at < time.toEpochMilli())
                    .count();
        }
    }

    /** Whether nothing is a true answer about this domain. */
    Optional<String> lieOfNothing(int domain) {
        long known = before(domain, Instant.now().minus(KNOWN_AFTER));
        return known == 0 ? Optional.empty() : Optional.of("404 for " + name(domain) + " with " + known + " messages");
    }

    /** What is wrong with an answer about one domain, or with one entry of a list. */
    Optional<String> lie(int domain, JsonNode state, String asOf) {
        Instant time = Instant.parse(asOf);
        long atLeast = before(domain, time);
        long total = state.at("/messages/total").longValue();
        long delivered = state.at("/messages/delivered").longValue();
        long atMost = sent.get(domain);
        if (total < Math.max(1, atLeast) || total > atMost || total != delivered || time.isAfter(Instant.now())) {
            return Optional.of(name(domain) + ": " + total + " messages, " + delivered + " delivered, as of " + asOf
                    + " when at least " + atLeast + " and at most " + atMost + " were true");
        }
        return Optional.empty();
    }

    /** What is wrong with a list. */
    Optional<String> lieInList(JsonNode list) {
        String asOf = list.get("asOf").textValue();
        boolean isPartial = list.path("partial").booleanValue();
        for (int domain = 0; domain < DOMAINS; domain++) {
            Optional<JsonNode> entry = entryOf(domain, list);
            if (entry.isPresent()) {
                Optional<String> lie = lie(domain, entry.get(), asOf);
                if (lie.isPresent()) {
                    return lie;
                }
            } else if (!isPartial && before(domain, Instant.parse(asOf)) > 0) {
                return Optional.of(name(domain) + " is not in a list that does not say it is partial, as of " + asOf);
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonNode> entryOf(int domain, JsonNode list) {
        for (JsonNode entry : list.get("domains")) {
            if (entry.get("domain").textValue().equals(name(domain))) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    static JsonNode json(String body) throws IOException {
        return JSON.readTree(body);
    }

    /** Messages sent so far. */
    long sent() {
        long all = 0;
        for (int domain = 0; domain < DOMAINS; domain++) {
            all += sent.get(domain);
        }
        return all;
    }

    /** Sends no more; returns when all are acked. */
    void end() throws InterruptedException {
        thread.shutdown();
        boolean ended = thread.awaitTermination(30, TimeUnit.SECONDS);
        producer.flush();
        if (!ended) {
            throw new IllegalStateException("still sending");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        producer.close(Duration.ofSeconds(5));
    }
}
