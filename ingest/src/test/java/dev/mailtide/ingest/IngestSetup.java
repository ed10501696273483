package dev.mailtide.ingest;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.access.Source;
import dev.mailtide.ingest.spool.SpoolSettings;
import dev.mailtide.testkit.fault.Sender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** An ingest in the test's own process, as the tests of faults want it: all as in operation, but for what a test says. */
record IngestSetup(KafkaAccess kafka, Topics topics, Path spool, Duration ackWait, InstantSource clock) {

    /** So that a busy machine makes no difference, where a test is not about waiting. */
    static final Duration PATIENT = Duration.ofSeconds(60);

    /** The most that the settings allow. */
    private static final int BODY_BYTES_MAX = 5_000_000;

    private static final String SECRET = "canary-secret-0123456789";

    IngestService start() throws IOException {
        HttpShell.Address address = new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "ingest.port");
        SpoolSettings spooling =
                new SpoolSettings(spool, 100_000_000, 0, 65_536, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT);
        BodyLimits usual = BodyLimits.DEFAULT;
        IngestSettings settings = new IngestSettings(
                new HttpShell.Listener(address, HttpLimits.DEFAULT, Optional.empty(), BODY_BYTES_MAX),
                new BodyLimits(
                        BODY_BYTES_MAX,
                        usual.grace(),
                        usual.bytesPerSecondMin(),
                        usual.longest(),
                        usual.bytesMaxOfAll()),
                new Ways(new QueueLimits(1_000, 10_000_000), ackWait, PATIENT, spooling),
                Duration.ZERO,
                access(),
                "ingest-1");
        return new IngestService(settings, IngestSetup::access, kafka, topics, clock);
    }

    static Sender senderTo(IngestService ingest) {
        return new Sender(ingest.port(), "/webhooks/main/" + SECRET);
    }

    private static AccessSettings access() {
        return AccessSettings.of(List.of(Source.of("main", Provider.PAUBOX, new Secret(SECRET), BODY_BYTES_MAX)));
    }
}
