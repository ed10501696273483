package dev.mailtide.processor.fanout;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the table of routes as the topic is, and sends what is wanted of the one who writes it. On one thread of its own. */
final class RouteReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteReader.class);

    private static final Duration FIRST_READ_MAX = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration SEND_MAX = Duration.ofSeconds(2);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration REST = Duration.ofMillis(500);
    private static final Duration END_MAX = Duration.ofSeconds(3);

    private final RouteTopics topics;
    private final RouteTable table;
    private final Wanted wanted;
    private final InstantSource clock;
    private final Admin admin;
    private final KafkaConsumer<String, byte[]> consumer;
    private final KafkaProducer<String, byte[]> producer;
    private final Thread thread = new Thread(this::run, "fan-out-routes");
    private Optional<String> ids = Optional.empty();
    private Map<TopicPartition, Long> ends = Map.of();
    private Instant askedAt = Instant.EPOCH;
    private long askedAtNanos = System.nanoTime() - ASK_EVERY.toNanos();
    private final AtomicLong records = new AtomicLong();
    private long lookedAtNanos = System.nanoTime() - LOOK_EVERY.toNanos();
    private final SaidLately saidLately = new SaidLately(System::nanoTime);
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean stopping;

    RouteReader(KafkaAccess kafka, RouteTopics topics, RouteTable table, Wanted wanted, InstantSource clock) {
        this.topics = topics;
        this.table = table;
        this.wanted = wanted;
        this.clock = clock;
        this.admin = kafka.openAdmin();
        this.consumer = topics.openRoutes();
        this.producer = new KafkaProducer<>(
                kafka.with(Map.of(
                        ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.LINGER_MS_CONFIG, "0",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_MAX.toMillis())),
                new StringSerializer(),
                new ByteArraySerializer());
        thread.setDaemon(true);
    }

    /**
     * Begins; returns when everything has been read that was written before.
     *
     * @throws ResourceException if that cannot be
     */
    void start() {
        thread.start();
        try {
            long before;
            do {
                before = records.get();
                if (table.awaitFirstRead(FIRST_READ_MAX)) {
                    return;
                }
                LOG.info("{} routes have been read, and there are more", records);
            } while (records.get() > before);
            throw new ResourceException("cannot read the topic " + topics.routes()
                    + " to its end; is Kafka well, and may this user read it?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException("interrupted while reading the topic " + topics.routes(), e);
        }
    }

    /** Something is wanted at once. */
    void hurry() {
        consumer.wakeup();
    }

    /** What is wrong, if something is. */
    Optional<String> problem() {
        return problem;
    }

    private void run() {
        while (!stopping) {
            try {
                turn();
                problem = Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (KafkaException | ExecutionException | TimeoutException e) {
                rest(e);
            } catch (RuntimeException e) {
                LOG.error(
                        "reading routes failed with {}; going on", e.getClass().getName());
                rest(e);
            }
        }
    }

    private void rest(Exception e) {
        String what = "cannot read or ask for the routes of domains (" + causeOf(e) + ")";
        if (problem.isEmpty() && saidLately.isNews(what)) {
            LOG.warn("{}; trying again", what);
        }
        LOG.debug("the failure in full", e);
        problem = Optional.of(what);
        LockSupport.parkNanos(REST.toNanos());
    }

    private static String causeOf(Exception e) {
        return (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName();
    }

    private void turn() throws ExecutionException, TimeoutException, InterruptedException {
        List<Route> rows = new ArrayList<>();
        try {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                records.incrementAndGet();
                RouteTopics.rowOf(record).ifPresent(rows::add);
            }
            table.put(rows);
            settle();
        } catch (WakeupException somethingIsWanted) {
            LOG.trace("asking at once");
            table.put(rows);
        }
        Optional<RouteRequest> request = table.asOf().flatMap(read -> wanted.next());
        if (request.isPresent()) {
            var unused = producer.send(new ProducerRecord<>(
                            topics.requests(), request.get().bytes()))
                    .get(SEND_MAX.toMillis(), TimeUnit.MILLISECONDS);
        }
        look();
    }

    /** Asks each second where the topic ends; what is known is as of then when everything before that end has been read. */
    private void settle() {
        if (ends.isEmpty() && System.nanoTime() - askedAtNanos >= ASK_EVERY.toNanos()) {
            Instant now = clock.instant();
            ends = consumer.endOffsets(consumer.assignment(), SEND_MAX);
            askedAt = now;
            askedAtNanos = System.nanoTime();
        }
        if (!ends.isEmpty()
                && ends.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey(), SEND_MAX) >= end.getValue())) {
            table.readUpTo(askedAt);
            ends = Map.of();
        }
    }

    /** A topic that was made anew is read from its beginning; what the old one said stays as long as the new one says nothing. */
    private void look() throws ExecutionException, TimeoutException, InterruptedException {
        if (System.nanoTime() - lookedAtNanos < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedAtNanos = System.nanoTime();
        Optional<String> now = topics.ids(admin);
        if (now.isPresent() && !now.equals(ids)) {
            if (ids.isPresent()) {
                LOG.warn("the topics of routes are not the ones from before; reading all routes again");
                consumer.seekToBeginning(consumer.assignment());
                ends = Map.of();
            }
            ids = now;
        }
    }

    @Override
    public void close() {
        stopping = true;
        consumer.wakeup();
        try {
            thread.join(END_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            RouteTopics.close(consumer);
        }
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
    }
}
