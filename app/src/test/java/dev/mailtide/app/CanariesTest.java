package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestService;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Texts that only stand in recipients and subjects, posted to an installation, and looked for in everything that it has
 * written: topics and stores on disk, its log, its metrics, its answers.
 */
class CanariesTest {

    private static final String TO = "canary-pat+tag@canary-home.example";
    private static final String SUBJECT = "canary-subject of Friday";
    private static final String TIME = "2026-04-18T20:27:25.379Z";
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream stderr = System.err;

    @BeforeEach
    void captureTheLog() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void releaseTheLog() {
        System.setErr(stderr);
    }

    @Test
    void what_every_place_drops_stands_nowhere_but_in_bodies_as_they_came() throws Exception {
        String told = run("drop");

        assertThat(told).contains("\"status\":\"delivered\"").doesNotContainIgnoringCase("canary");
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContainIgnoringCase("canary");
        assertThat(placesWithACanary()).isEqualTo(Set.of("email.raw.v1", "email.dead-letters.v1"));
    }

    @Test
    void what_every_place_makes_a_pseudonym_of_stands_nowhere_but_in_bodies_as_they_came() throws Exception {
        String told = run("hmac:k1");

        assertThat(told).contains("\"recipient\":\"hmac:k1:").doesNotContainIgnoringCase("canary");
        assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContainIgnoringCase("canary");
        assertThat(placesWithACanary()).isEqualTo(Set.of("email.raw.v1", "email.dead-letters.v1"));
    }

    /** The same search finds what is kept, or it would prove nothing. */
    @Test
    void what_every_place_keeps_stands_in_every_place() throws Exception {
        assertThat(run("keep")).contains("\"recipient\":\"" + TO + "\"");
        assertThat(placesWithACanary())
                .contains(
                        "email.raw.v1",
                        "email.dead-letters.v1",
                        "email.events.v1",
                        "email.domain.clinic.example.v1",
                        "mailtide-aggregate-1-by-message-repartition",
                        "mailtide-aggregate-1-ledger-facts-changelog",
                        "data");
    }

    /** Posts, waits until all is counted and fanned out, asks, stops; returns what was answered. */
    private String run(String policy) throws Exception {
        SecureInstallation installation = new SecureInstallation(folder, settings(policy));
        Topics topics = installation.topics();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort())) {
            // What is compressed cannot be searched.
            Map<String, String> kafka =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "compression.type", "none");
            try (IngestService in = installation.ingest(kafka);
                    ProcessorService out = installation.processor(kafka, Parts.ALL)) {
                for (String body : bodies()) {
                    assertThat(SecureInstallation.post(in, body.getBytes(StandardCharsets.UTF_8)))
                            .isEqualTo(200);
                }
                awaitRecords(3, topics.ofDomain(new SenderDomain("clinic.example")), broker);
                awaitRecords(1, topics.deadLetters(), broker);
                awaitRecords(1, topics.domainState(), broker);
                assertThat(TopicReader.readAll(
                                KafkaAccess.at(broker.bootstrapServers()),
                                topics.deadLetters().name()))
                        .as("all of dead letters but their values")
                        .allSatisfy(letter -> assertThat(letter.key() + letter.headers())
                                .contains("dead-letter-reason")
                                .doesNotContainIgnoringCase("canary"));
                String asked = "messages/m-1@clinic.example?domain=clinic.example";
                await().atMost(PATIENCE)
                        .untilAsserted(() ->
                                assertThat(SecureInstallation.ask(out, asked)).contains("\"status\":\"delivered\""));
                return SecureInstallation.ask(out, asked)
                        + SecureInstallation.ask(out, "domains/clinic.example")
                        + SecureInstallation.ask(out, "dead-letters")
                        + metrics(in.port())
                        + metrics(out.port());
            }
        }
    }

    private static Map<String, String> settings(String policy) {
        Map<String, String> settings = new TreeMap<>();
        for (String place : List.of("events", "domain-topics", "state", "api")) {
            settings.put("privacy." + place + ".recipient", policy);
        }
        for (String place : List.of("events", "domain-topics", "api")) {
            settings.put("privacy." + place + ".subject", policy);
        }
        settings.put("privacy.hmac-keys", "k1=" + "1e".repeat(32));
        return settings;
    }

    private static List<String> bodies() {
        return List.of(
                PauboxBodies.named(PauboxBodies.DELIVERED, payload()),
                PauboxBodies.named(PauboxBodies.OPENED, payload()),
                PauboxBodies.named("bounced <" + TO.toUpperCase(Locale.ROOT) + ">", payload()),
                "{\"event_name\":\"" + TO + "\",\"payload\":\"" + SUBJECT + "\"}");
    }

    private static ObjectNode payload() {
        ObjectNode payload =
                PauboxBodies.payload("m-1@clinic.example", "care@clinic.example", "Canary Pat <" + TO + ">", TIME);
        payload.put("subject", SUBJECT);
        payload.putObject("custom_headers")
                .put("X-Unsubscribe", "https://clinic.example/?a=canary-pat%2Btag%40canary-home.example")
                .put("X-Note", "for " + TO + ": " + SUBJECT);
        return payload;
    }

    private static void awaitRecords(int count, Topic<String, byte[]> topic, EmbeddedBroker broker) {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(TopicReader.readAll(KafkaAccess.at(broker.bootstrapServers()), topic.name()))
                                .hasSizeGreaterThanOrEqualTo(count));
    }

    private static String metrics(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    /** Topics and top folders of the installation in which some file holds one. */
    private Set<String> placesWithACanary() throws IOException {
        Set<String> places = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                if (text.toLowerCase(Locale.ROOT).contains("canary")) {
                    places.add(placeOf(folder.relativize(file)));
                }
            }
        }
        // A body waits here, as it came, while Kafka is slow.
        places.remove("spool");
        return places;
    }

    private static String placeOf(Path file) {
        String top = String.valueOf(file.getName(0));
        // A partition's folder is the topic's name and a number.
        return top.equals("kafka") && file.getNameCount() > 2
                ? String.valueOf(file.getName(1)).replaceFirst("-\\d+$", "")
                : top;
    }
}
