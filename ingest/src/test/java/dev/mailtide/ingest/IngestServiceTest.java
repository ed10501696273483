package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.access.Source;
import dev.mailtide.ingest.spool.SpoolSettings;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import dev.mailtide.testkit.time.MovableTime;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ingest with real HTTP in front of it and a real broker behind it. */
@OnKafka
class IngestServiceTest {

    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final String SECRET = "canary-secret-0123456789";
    private static final int BODY_BYTES_MAX = 1_000_000;
    private static final Duration SOON = Duration.ofSeconds(30);

    /** So that a machine with much else to do makes no difference, where a test is not about waiting. */
    private static final Duration PATIENT = Duration.ofSeconds(60);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path spools;

    private final AtomicInteger spoolsUsed = new AtomicInteger();
    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private IngestService service;

    @BeforeEach
    void start() throws IOException {
        service = service(patientKafka(), ways(new QueueLimits(1_000, 10_000_000), PATIENT));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void a_body_is_answered_200_with_nothing_and_stands_in_the_raw_topic_byte_for_byte() throws Exception {
        byte[] body = {'{', 0, (byte) 0xFF, (byte) 0xC0, '\r', '\n'};
        HttpResponse<String> answer = post("/webhooks/main/" + SECRET, body);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        ConsumerRecord<String, byte[]> raw = raw().get(0);
        assertThat(raw.value()).isEqualTo(body);
        assertThat(raw.key()).matches(Pattern.compile("019da246-dbb1-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
        assertThat(RawHeaders.text(raw.headers(), RawHeaders.SOURCE)).contains("main");
        assertThat(RawHeaders.text(raw.headers(), RawHeaders.PROVIDER)).contains("paubox");
        assertThat(RawHeaders.receivedAt(raw.headers())).isEqualTo(NOW);
        assertThat(RawHeaders.text(raw.headers(), RawHeaders.CONTENT_TYPE)).contains("application/json");
        assertThat(Instant.ofEpochMilli(raw.timestamp()))
                .as("append time of the broker")
                .isAfter(NOW);
    }

    @Test
    void bodies_posted_at_once_all_stand_in_the_raw_topic() throws Exception {
        Random random = new Random(7);
        List<byte[]> bodies = new ArrayList<>();
        List<CompletableFuture<HttpResponse<Void>>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            byte[] body = new byte[random.nextInt(3_000)];
            random.nextBytes(body);
            bodies.add(body);
            answers.add(
                    HTTP.sendAsync(request("/webhooks/main/" + SECRET, body), HttpResponse.BodyHandlers.discarding()));
        }
        for (CompletableFuture<HttpResponse<Void>> answer : answers) {
            assertThat(answer.get().statusCode()).isEqualTo(200);
        }
        assertThat(raw().stream().map(record -> Arrays.hashCode(record.value())).toList())
                .containsExactlyInAnyOrderElementsOf(
                        bodies.stream().map(Arrays::hashCode).toList());
    }

    @ParameterizedTest
    @CsvSource({"0, 200, 1", "999999, 200, 1", "1000000, 200, 1", "1000001, 413, 0"})
    void a_body_up_to_the_limit_is_kept_and_a_larger_one_refused(int bytes, int status, int kept) throws Exception {
        HttpRequest ofKnownLength = request("/webhooks/main/" + SECRET, new byte[bytes]);
        HttpRequest chunked = HttpRequest.newBuilder(uri("/webhooks/main/" + SECRET))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[bytes])))
                .build();
        assertThat(HTTP.send(ofKnownLength, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(status);
        assertThat(HTTP.send(chunked, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(status);
        assertThat(raw()).hasSize(2 * kept).allMatch(record -> record.value().length == bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000001\r\nExpect: 100-continue", "16000001"})
    void a_body_that_is_waited_for_or_very_large_is_refused_before_a_byte_of_it(String length) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            client.setSoTimeout(10_000);
            client.getOutputStream()
                    .write(("POST /webhooks/main/" + SECRET + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + length
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            assertThat(status).isEqualTo("HTTP/1.1 413 Payload Too Large");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /webhooks/main/wrong-secret-0123456789, 401, wrong-secret",
        "POST, /webhooks/main, 401, wrong-secret",
        "POST, /webhooks/other/canary-secret-0123456789, 404, unknown-source",
        "GET, /webhooks/main/wrong-secret-0123456789, 401, wrong-secret",
        "GET, /webhooks/other, 404, unknown-source",
        "PUT, /webhooks/main/canary-secret-0123456789, 405, method-not-allowed",
        "POST, /webhooks, 404, not-found",
        "POST, /webhooks/, 404, not-found",
        "POST, /webhooks/main, 401, wrong-secret",
        "POST, /webhooks/main/canary-secret-0123456789/more, 404, not-found",
        "POST, /webhooks/main//canary-secret-0123456789, 400, refused",
        "POST, /webhooks/main/canary%2Dsecret%2D012345678, 401, wrong-secret"
    })
    void who_may_not_post_is_told_why_and_nothing_is_kept(String method, String path, int status, String code)
            throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .method(method, HttpRequest.BodyPublishers.ofString("body"))
                .build();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body()).contains("urn:mailtide:problem:" + code).doesNotContain("canary", "wrong-secret-0");
        assertThat(raw()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /webhooks/main",
        "HEAD, /webhooks/main",
        "GET, /webhooks/main/canary-secret-0123456789",
        "HEAD, /webhooks/main/canary-secret-0123456789"
    })
    void a_probe_of_a_known_source_is_answered_200_and_keeps_nothing(String method, String path) throws Exception {
        HttpRequest probe = HttpRequest.newBuilder(uri(path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        assertThat(HTTP.send(probe, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        assertThat(raw()).isEmpty();
    }

    @Test
    void a_slash_at_the_end_does_not_matter_and_an_escaped_character_is_what_it_stands_for() throws Exception {
        for (String path :
                List.of("/webhooks/main/canary-secret-0123456789/", "/webhooks/main/canary%2Dsecret-%30123456789")) {
            HttpRequest request = HttpRequest.newBuilder(uri(path))
                    .POST(HttpRequest.BodyPublishers.ofString("body"))
                    .build();
            assertThat(HTTP.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void a_method_that_is_not_known_there_is_told_the_ones_that_are() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/webhooks/main/canary-secret-0123456789"))
                .DELETE()
                .build();
        HttpResponse<Void> answer = HTTP.send(request, HttpResponse.BodyHandlers.discarding());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    }

    @Test
    void what_came_in_is_what_was_stored_and_what_was_refused() throws Exception {
        post("/webhooks/main/" + SECRET, new byte[1]);
        post("/webhooks/main/" + SECRET, new byte[2]);
        post("/webhooks/main/wrong-secret-0123456789", new byte[3]);
        post("/webhooks/other/x", new byte[3]);
        post("/webhooks/main/" + SECRET, new byte[BODY_BYTES_MAX + 1]);
        assertThat(metric("mailtide_ingest_received_total")).isEqualTo(5);
        assertThat(metric("mailtide_ingest_stored_total{way=\"kafka\"}")).isEqualTo(2);
        assertThat(metric("mailtide_ingest_refused_total{reason=\"wrong-secret\"}"))
                .isEqualTo(1);
        assertThat(metric("mailtide_ingest_refused_total{reason=\"unknown-source\"}"))
                .isEqualTo(1);
        assertThat(metric("mailtide_ingest_refused_total{reason=\"body-too-large\"}"))
                .isEqualTo(1);
        assertThat(metric("mailtide_ingest_unacked_bytes")).isEqualTo(0);
    }

    @Test
    void what_came_in_under_each_name_stands_in_the_status_topic_and_nothing_of_names_that_nobody_has()
            throws Exception {
        post("/webhooks/main/" + SECRET, new byte[1]);
        post("/webhooks/main/" + SECRET, new byte[BODY_BYTES_MAX + 1]);
        post("/webhooks/main/wrong-secret-0123456789", new byte[3]);
        post("/webhooks/main/wrong-secret-0123456789", new byte[3]);
        post("/webhooks/other/" + SECRET, new byte[3]);
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(latestStatus())
                        .isEqualTo(Map.of(
                                "main|ingest-1",
                                "{\"source\":\"main\",\"instance\":\"ingest-1\",\"countedSince\":\"" + NOW
                                        + "\",\"lastSeenAt\":\"" + NOW
                                        + "\",\"accepted\":1,\"refused\":{\"body-too-large\":1,\"wrong-secret\":2},"
                                        + "\"refusedAt\":{\"body-too-large\":\"" + NOW + "\",\"wrong-secret\":\"" + NOW
                                        + "\"},\"spoolWaiting\":0}")));
    }

    private Map<String, String> latestStatus() {
        Map<String, String> latest = new HashMap<>();
        TopicReader.readAll(TestKafka.access(), topics.sourceStatus().name())
                .forEach(record -> latest.put(record.key(), new String(record.value(), StandardCharsets.UTF_8)));
        return latest;
    }

    @Test
    void a_body_whose_sender_goes_away_half_way_is_not_kept() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            OutputStream out = socket.getOutputStream();
            String head = "POST /webhooks/main/" + SECRET + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf";
            out.write(head.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        await().atMost(SOON).until(() -> metric("mailtide_ingest_refused_total{reason=\"body-incomplete\"}") == 1);
        assertThat(raw()).isEmpty();
    }

    @Test
    void while_kafka_is_away_bodies_are_kept_in_the_spool_and_when_it_is_back_they_stand_in_the_raw_topic(
            @TempDir Path folder) throws Exception {
        int port = EmbeddedBroker.freePort();
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), port);
        KafkaAccess kafka = KafkaAccess.at(broker.bootstrapServers());
        try (IngestService other = service(kafka, ways(new QueueLimits(1_000, 6_000_000), Duration.ofMillis(250)))) {
            URI url = URI.create("http://127.0.0.1:" + other.port() + "/webhooks/main/" + SECRET);
            assertThat(status(url)).isEqualTo(200);
            broker.close();
            for (int i = 0; i < 20; i++) {
                assertThat(status(url)).isEqualTo(200);
            }
            assertThat(status(url.resolve("wrong-secret-0123456789"))).isEqualTo(401);
            MetricsPage away = MetricsPage.at(HTTP, other.port());
            away.balances();
            assertThat(away.sum("mailtide_ingest_received_total")).isEqualTo(22);
            // The first one, too, if a broker that has just started was slow.
            assertThat(away.sum("mailtide_ingest_stored_total{way=\"spool\"}")).isBetween(20L, 21L);
            broker = EmbeddedBroker.start(folder.resolve("kafka"), port);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(
                                    TopicReader.readAll(kafka, topics.raw().name()).stream()
                                            .map(ConsumerRecord::key)
                                            .distinct())
                            .hasSize(21));
            await().atMost(SOON).untilAsserted(() -> {
                MetricsPage drained = MetricsPage.at(HTTP, other.port());
                drained.balances();
                assertThat(drained.sum("mailtide_spool_drained_total"))
                        .isEqualTo(away.sum("mailtide_spool_appended_total"));
            });
        } finally {
            broker.close();
        }
    }

    @Test
    void ingest_starts_and_keeps_bodies_though_kafka_has_never_been_there(@TempDir Path folder) throws Exception {
        int port = EmbeddedBroker.freePort();
        KafkaAccess kafka = KafkaAccess.at("127.0.0.1:" + port);
        try (IngestService early = service(kafka, ways(new QueueLimits(1_000, 6_000_000), Duration.ofMillis(250)))) {
            URI url = URI.create("http://127.0.0.1:" + early.port() + "/webhooks/main/" + SECRET);
            assertThat(status(url)).isEqualTo(200);
            try (EmbeddedBroker broker = EmbeddedBroker.start(folder, port)) {
                await().atMost(SOON)
                        .ignoreExceptions()
                        .untilAsserted(() -> assertThat(TopicReader.readAll(
                                        KafkaAccess.at(broker.bootstrapServers()),
                                        topics.raw().name()))
                                .extracting(record -> new String(record.value(), StandardCharsets.US_ASCII))
                                .containsExactly("here"));
            }
        }
    }

    @Test
    void a_broker_whose_name_means_nothing_keeps_nobody_from_posting() throws Exception {
        KafkaAccess kafka = KafkaAccess.at("kafka.invalid:9092");
        try (IngestService early = service(kafka, ways(new QueueLimits(1_000, 6_000_000), Duration.ofMillis(250)))) {
            assertThat(status(URI.create("http://127.0.0.1:" + early.port() + "/webhooks/main/" + SECRET)))
                    .isEqualTo(200);
        }
    }

    @Test
    void when_neither_kafka_nor_the_spool_takes_a_body_the_answer_is_503_and_readiness_says_so() throws Exception {
        SpoolSettings full = new SpoolSettings(
                spools.resolve("full"), 1, 0, 65_536, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT);
        // Time enough for the spool to refuse it, on a busy machine, too.
        Ways ways = new Ways(new QueueLimits(1_000, 6_000_000), Duration.ofMillis(50), Duration.ofSeconds(3), full);
        try (IngestService nowhere = service(KafkaAccess.at("127.0.0.1:" + EmbeddedBroker.freePort()), ways)) {
            String url = "http://127.0.0.1:" + nowhere.port();
            HttpResponse<String> refused = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url + "/webhooks/main/" + SECRET))
                            .POST(HttpRequest.BodyPublishers.ofString("away"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).contains("5");
            assertThat(refused.body()).contains("urn:mailtide:problem:spool-full");
            await().atMost(SOON)
                    .until(() -> HTTP.send(
                                            HttpRequest.newBuilder(URI.create(url + "/readyz"))
                                                    .build(),
                                            HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 503);
        }
    }

    @Test
    void more_bytes_than_may_wait_for_kafka_go_to_the_spool() throws Exception {
        try (IngestService narrow = service(patientKafka(), ways(new QueueLimits(1_000, 10), PATIENT))) {
            URI url = URI.create("http://127.0.0.1:" + narrow.port());
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(url.resolve("/webhooks/main/" + SECRET))
                            .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[11]))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(HTTP.send(
                                    HttpRequest.newBuilder(url.resolve("/metrics"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("mailtide_ingest_stored_total{way=\"spool\"} 1.0");
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(raw()).hasSize(1));
    }

    @Test
    void a_taken_port_is_named_with_the_setting_that_moves_it() {
        HttpShell.Address taken = new HttpShell.Address("127.0.0.1", service.port(), "ingest.port");
        assertThatThrownBy(() -> new IngestService(
                        settings(taken, ways(new QueueLimits(1, 6_000_000), PATIENT)),
                        IngestServiceTest::access,
                        TestKafka.access(),
                        topics,
                        new MovableTime(NOW)))
                .isInstanceOf(ResourceException.class)
                .hasMessage("cannot listen on 127.0.0.1:" + service.port()
                        + "; is the port taken? Set ingest.port to another one");
    }

    private IngestService service(KafkaAccess kafka, Ways ways) throws IOException {
        HttpShell.Address address = new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "ingest.port");
        return new IngestService(
                settings(address, ways), IngestServiceTest::access, kafka, topics, new MovableTime(NOW));
    }

    private static KafkaAccess patientKafka() {
        return new KafkaAccess(Map.of(
                "bootstrap.servers", TestKafka.access().bootstrapServers(),
                "max.block.ms", Long.toString(PATIENT.toMillis())));
    }

    /** With a spool of its own for each service of a test. */
    private Ways ways(QueueLimits queue, Duration ackWait) {
        return new Ways(
                queue, ackWait, PATIENT, SpoolSettings.at(spools.resolve("spool-" + spoolsUsed.incrementAndGet())));
    }

    private static IngestSettings settings(HttpShell.Address address, Ways ways) {
        HttpShell.Listener listener =
                new HttpShell.Listener(address, HttpLimits.DEFAULT, Optional.empty(), BODY_BYTES_MAX);
        return new IngestSettings(listener, BodyLimits.DEFAULT, ways, Duration.ZERO, access(), "ingest-1");
    }

    private static AccessSettings access() {
        return AccessSettings.of(List.of(Source.of("main", Provider.PAUBOX, new Secret(SECRET), BODY_BYTES_MAX)));
    }

    private List<ConsumerRecord<String, byte[]>> raw() {
        return TopicReader.readAll(TestKafka.access(), topics.raw().name());
    }

    private HttpResponse<String> post(String path, byte[] body) throws Exception {
        return HTTP.send(request(path, body), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path, byte[] body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }

    private static int status(URI url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url)
                .POST(HttpRequest.BodyPublishers.ofString("here"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private long metric(String name) throws Exception {
        return MetricsPage.at(HTTP, service.port()).sum(name);
    }
}
