package dev.mailtide.ingest;

import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts webhooks on the raw topic. {@code KafkaProducer.send} can block for metadata or memory, so it is called by one
 * thread of our own and never by one that serves HTTP: requests wait in a bounded queue, and their futures are completed
 * by the producer's callback. A webhook counts as stored when every in-sync copy has it ({@code acks=all}).
 *
 * <p>This is where the spool will stand: between the queue and the refusal.
 */
final class Publisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(4);
    private static final Duration COMPLAIN_EVERY = Duration.ofSeconds(10);

    /** A failure older than this says nothing about now; without traffic there is no other way to hear of its end. */
    private static final Duration WRONG_FOR = Duration.ofSeconds(5);

    private final Producer<String, byte[]> producer;
    private final String topic;
    private final QueueLimits limits;
    private final Duration answerWait;
    private final BlockingQueue<Pending> queue;
    private final AtomicLong bytesHeld = new AtomicLong();
    private final AtomicLong complainAgainNanos = new AtomicLong(System.nanoTime());
    private final Thread thread;
    private volatile boolean closing;
    private volatile Failure lastFailure = Failure.NONE;

    Publisher(KafkaAccess kafka, Topic<String, byte[]> raw, QueueLimits limits, Duration answerWait) {
        this.producer = new KafkaProducer<>(
                kafka.with(producerSettings(kafka)),
                raw.keys().serializer(),
                raw.values().serializer());
        this.topic = raw.name();
        this.limits = limits;
        this.answerWait = answerWait;
        this.queue = new ArrayBlockingQueue<>(limits.requestsMax());
        this.thread = new Thread(this::run, "ingest-publisher");
    }

    private static Map<String, Object> producerSettings(KafkaAccess kafka) {
        Map<String, Object> settings = new HashMap<>();
        // Defaults of ours that the settings may change …
        settings.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, "131072");
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, "10000");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, "1000");
        settings.putAll(kafka.settings());
        // … and what the promise rests on.
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, "6291456");
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "mailtide-ingest");
        return settings;
    }

    void start() {
        thread.start();
    }

    /** Never blocks. The future is always completed with an outcome, never with an exception. */
    CompletableFuture<Outcome> publish(Webhook webhook) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        if (bytesHeld.addAndGet(webhook.bytes()) > limits.bytesMax()
                || closing
                || !queue.offer(new Pending(webhook, outcome))) {
            bytesHeld.addAndGet(-webhook.bytes());
            return CompletableFuture.completedFuture(new Outcome.Refused(Refusal.QUEUE_FULL));
        }
        return outcome.completeOnTimeout(
                        new Outcome.Refused(Refusal.KAFKA_SLOW), answerWait.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(this::noted);
    }

    private Outcome noted(Outcome outcome) {
        if (outcome.equals(new Outcome.Refused(Refusal.KAFKA_SLOW))) {
            fails("no ack within " + answerWait.toMillis() + " ms");
        }
        return outcome;
    }

    /** Requests that no send has begun for. */
    int queued() {
        return queue.size();
    }

    /** Bytes of all bodies that are not acked. */
    long bytesHeld() {
        return bytesHeld.get();
    }

    /** Why Kafka does not take bodies at present, if it does not. */
    Optional<String> problem() {
        return thread.isAlive() ? lastFailure.current() : Optional.of("the publisher thread is not running");
    }

    private void run() {
        while (!closing || !queue.isEmpty()) {
            try {
                Pending next = queue.poll(100, TimeUnit.MILLISECONDS);
                if (next != null) {
                    send(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void send(Pending next) {
        if (next.outcome().isDone()) {
            // Answered 503 already: storing it now would only make work.
            bytesHeld.addAndGet(-next.webhook().bytes());
            return;
        }
        try {
            // The callback has the outcome; the future would only say the same again.
            var unused = producer.send(next.webhook().toRecord(topic), (written, error) -> complete(next, error));
        } catch (KafkaException | IllegalStateException e) {
            complete(next, e);
        }
    }

    private void complete(Pending done, @Nullable Exception error) {
        bytesHeld.addAndGet(-done.webhook().bytes());
        if (error == null) {
            lastFailure = Failure.NONE;
            done.outcome().complete(new Outcome.Stored());
        } else {
            fails(error.toString());
            done.outcome().complete(new Outcome.Refused(Refusal.KAFKA_UNAVAILABLE));
        }
    }

    private void fails(String why) {
        lastFailure = new Failure(Optional.of(why), System.nanoTime());
        long now = System.nanoTime();
        long due = complainAgainNanos.get();
        if (now - due >= 0 && complainAgainNanos.compareAndSet(due, now + COMPLAIN_EVERY.toNanos())) {
            LOG.error("Kafka does not take bodies: {}; answering 503 until it does", why);
        }
    }

    /** Sends what is queued, waits for the acks, and refuses what comes after. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(CLOSE_MAX);
    }

    private record Pending(Webhook webhook, CompletableFuture<Outcome> outcome) {}

    private record Failure(Optional<String> what, long atNanos) {

        static final Failure NONE = new Failure(Optional.empty(), 0);

        Optional<String> current() {
            return System.nanoTime() - atNanos < WRONG_FOR.toNanos() ? what : Optional.empty();
        }
    }
}
