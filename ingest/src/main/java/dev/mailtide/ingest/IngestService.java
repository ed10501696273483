package dev.mailtide.ingest;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ingest, running: the whole object graph, and its stop in reverse. */
public final class IngestService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IngestService.class);

    private final Shutdown shutdown = new Shutdown("ingest");
    private final HttpShell http;

    /**
     * Creates the raw topic if it is missing, and listens.
     *
     * @throws dev.mailtide.common.run.ResourceException if Kafka cannot be reached or the port is taken
     */
    public IngestService(IngestSettings settings, KafkaAccess kafka, Topics topics, InstantSource clock) {
        try {
            kafka.createMissing(List.of(topics.raw()));
            Meters meters = new Meters();
            shutdown.onStop("close the meters", meters);

            Publisher publisher = new Publisher(kafka, topics.raw(), settings.queue(), settings.answerWait());
            publisher.start();
            shutdown.onStop("publish what is queued", publisher);
            meters.gauge("mailtide.ingest.queue.requests", "Requests waiting for the publisher", publisher::queued);
            meters.gauge("mailtide.ingest.unacked.bytes", "Bytes of bodies without an ack yet", publisher::bytesHeld);

            Health health = new Health();
            health.require("kafka", publisher::problem);
            WebhookRoutes routes = new WebhookRoutes(
                    new Sources(settings.sources()),
                    publisher,
                    new ReceiptIds(new SecureRandom()),
                    settings.bodyBytesMax(),
                    clock,
                    new IngestMeters(meters));
            http = HttpShell.start(settings.address(), health, meters, settings.bodyBytesMax(), routes::addTo);
            shutdown.onStop("stop listening", http);
            shutdown.onStop("say not ready", health::stopping);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        LOG.info("ingest listens on {}:{}", settings.address().host(), http.port());
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
