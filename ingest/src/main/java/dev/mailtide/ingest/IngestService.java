package dev.mailtide.ingest;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.Access;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolIo;
import dev.mailtide.ingest.status.SourceCounts;
import dev.mailtide.ingest.status.StatusReport;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ingest, running: the whole object graph, and its stop in reverse. */
public final class IngestService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);

    /** How long the first answer of Kafka is waited for before ingest starts without it. */
    private static final Duration KAFKA_PATIENCE = Duration.ofMillis(500);

    /** What counts as a timely ack where requests do not wait for one. */
    private static final Duration IN_TIME_FALLBACK = Duration.ofMillis(250);

    private final Shutdown shutdown = new Shutdown("ingest");
    private final Health health = new Health();
    private final HttpShell http;

    /**
     * Listens, whether Kafka is there or not. The raw topic is created if it is missing, as soon as that can be done.
     *
     * @param whoMayPost reads that part of the settings anew, while the process runs
     * @throws dev.mailtide.common.run.ResourceException if the spool's folder cannot be used or the port is taken
     * @throws dev.mailtide.common.topic.TopicMismatch if the raw topic is there with another shape
     */
    public IngestService(
            IngestSettings settings,
            Supplier<AccessSettings> whoMayPost,
            KafkaAccess kafka,
            Topics topics,
            InstantSource clock) {
        this(settings, whoMayPost, kafka, topics, clock, new DiskIo());
    }

    IngestService(
            IngestSettings settings,
            Supplier<AccessSettings> whoMayPost,
            KafkaAccess kafka,
            Topics topics,
            InstantSource clock,
            SpoolIo disk) {
        HeapNeed.of(settings, kafka).problem(Runtime.getRuntime().maxMemory()).ifPresent(LOG::warn);
        try {
            Meters meters = new Meters();
            shutdown.onStop("close the meters", meters);
            Spool spool = Spool.open(settings.ways().spool(), disk);
            shutdown.onStop("close the spool", spool);
            IngestTopics created = new IngestTopics(kafka, topics);
            shutdown.onStop("give up the topics", created);
            created.start();

            Hedge hedge = hedge(settings.ways(), kafka, topics, spool, meters, clock);
            Access access = Access.start(settings.access(), whoMayPost, meters, clock);
            shutdown.onStop("stop looking at the settings", access);
            WebhookHandler webhooks = new WebhookHandler(
                    access,
                    hedge,
                    new ReceiptIds(new SecureRandom()),
                    new BodyReader(settings.body(), meters),
                    clock,
                    new IngestMeters(meters),
                    report(settings.instance(), kafka, topics, spool, clock));
            // Only now: the rest was built meanwhile.
            created.awaitFirstTry(KAFKA_PATIENCE);
            http = HttpShell.start(settings.listener(), health, meters, clock, Optional.of(webhooks), none -> {});
            shutdown.onStop("stop listening", http);
            shutdown.onStop("let senders move on", () -> http.lastAnswers(settings.stopGrace()));
            shutdown.onStop("say not ready", health::stopping);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        LOG.info("ingest listens on {}:{}", settings.listener().address().host(), http.port());
    }

    private Hedge hedge(Ways ways, KafkaAccess kafka, Topics topics, Spool spool, Meters meters, InstantSource clock) {
        RawProducer producer = RawProducer.of(kafka, topics.raw());
        shutdown.onStop("wait for the last acks", producer);
        KafkaState state = new KafkaState(ways.ackWait().isZero() ? IN_TIME_FALLBACK : ways.ackWait());
        SpoolMeters spoolMeters = new SpoolMeters(meters, spool, clock);
        Drainer drainer = new Drainer(spool, producer, state, spoolMeters);
        drainer.start();
        shutdown.onStop("stop draining", drainer);
        Publisher publisher = new Publisher(producer, ways.queue(), state);
        publisher.start();
        shutdown.onStop("send what is queued", publisher);
        Hedge hedge = new Hedge(publisher, spool, state, ways.ackWait(), ways.answerWait(), spoolMeters);
        shutdown.onStop("stop the timers", hedge);
        meters.gauge("mailtide.ingest.queue.requests", "Requests waiting for the publisher", publisher::queued);
        meters.gauge("mailtide.ingest.unacked.bytes", "Bytes of bodies without an ack yet", publisher::bytesHeld);
        meters.gauge(
                "mailtide.ingest.breaker.open", "1 while bodies go to the spool at once", () -> state.isOpen() ? 1 : 0);
        meters.gauge("mailtide.ingest.breaker.opened", "How often the breaker opened", state::opened);
        // One way is enough.
        health.require(
                "kafka and spool", () -> both(state.problem(), spool.status().problem()));
        return hedge;
    }

    private SourceCounts report(String instance, KafkaAccess kafka, Topics topics, Spool spool, InstantSource clock) {
        SourceCounts counts = new SourceCounts();
        StatusReport report = StatusReport.to(
                kafka, topics.sourceStatus(), counts, () -> spool.status().framesWaiting(), instance, clock);
        report.start();
        shutdown.onStop("tell the status of the sources", report);
        return counts;
    }

    private static Optional<String> both(Optional<String> kafka, Optional<String> spool) {
        return kafka.flatMap(one -> spool.map(other -> one + "; " + other));
    }

    /** The port in use. */
    public int port() {
        return http.port();
    }

    @Override
    public void close() {
        shutdown.close();
    }
}
