package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings.BodyLimits;
import dev.mailtide.ingest.IngestSettings.QueueLimits;
import dev.mailtide.ingest.IngestSettings.Ways;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.ingest.access.CapturedLog;
import dev.mailtide.ingest.spool.SpoolSettings;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may post, over real HTTP, and with the settings changing under load. */
@OnKafka
class WhoMayPostTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_614_265_330);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "canary-secret-0123456789";
    private static final String NEXT_SECRET = "canary-secret-of-tomorrow";
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path spools;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private final AtomicBoolean broken = new AtomicBoolean();
    private final Map<String, String> settings = new TreeMap<>(Map.ofEntries(
            Map.entry("ingest.sources", "main,listed,limited,small,signed"),
            Map.entry("ingest.trusted-proxies", "127.0.0.1"),
            Map.entry("ingest.reload-every", "50ms"),
            Map.entry("source.main.secret", SECRET),
            Map.entry("source.listed.secret", SECRET),
            Map.entry("source.listed.allow-from", "203.0.113.0/24"),
            Map.entry("source.limited.secret", SECRET),
            Map.entry("source.limited.requests-per-second-max", "1"),
            Map.entry("source.limited.requests-burst-max", "2"),
            Map.entry("source.small.secret", SECRET),
            Map.entry("source.small.body-bytes-max", "2000"),
            Map.entry("source.signed.signature", "standard-webhooks"),
            Map.entry("source.signed.signing-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")));

    private volatile Map<String, String> file = Map.copyOf(settings);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private IngestService service;

    @BeforeEach
    void start() throws IOException {
        KafkaAccess patient = new KafkaAccess(
                Map.of("bootstrap.servers", TestKafka.access().bootstrapServers(), "max.block.ms", "60000"));
        IngestSettings ingest = new IngestSettings(
                new HttpShell.Listener(
                        new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "ingest.port"),
                        HttpLimits.DEFAULT,
                        Optional.empty(),
                        1_000_000),
                BodyLimits.DEFAULT,
                new Ways(new QueueLimits(1_000, 10_000_000), SOON, SOON, SpoolSettings.at(spools.resolve("spool"))),
                Duration.ZERO,
                read(),
                "ingest-1");
        service = new IngestService(ingest, this::read, patient, topics, this::now);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void an_address_on_the_list_may_post_and_another_is_answered_403() throws Exception {
        assertThat(post("listed/" + SECRET, "x", "X-Forwarded-For", "203.0.113.7")
                        .statusCode())
                .isEqualTo(200);
        assertRefused(post("listed/" + SECRET, "x"), 403, "address-not-allowed");
        assertRefused(
                post("listed/" + SECRET, "x", "X-Forwarded-For", "203.0.113.7", "X-Forwarded-For", "198.51.100.1"),
                403,
                "address-not-allowed");
        assertRefused(
                post("listed/wrong-secret-0123456789", "x", "X-Forwarded-For", "198.51.100.1"),
                403,
                "address-not-allowed");
        assertThat(metric("mailtide_ingest_refused_total{reason=\"address-not-allowed\"}"))
                .isEqualTo(3);
        assertThat(raw()).isEqualTo(1);
    }

    @Test
    void more_posts_than_the_rate_are_answered_429_and_say_when_to_post_again() throws Exception {
        List<HttpResponse<String>> answers = new ArrayList<>();
        await().atMost(SOON).until(() -> {
            answers.add(post("limited/" + SECRET, "x"));
            return answers.get(answers.size() - 1).statusCode() == 429;
        });
        HttpResponse<String> refused = answers.get(answers.size() - 1);
        assertRefused(refused, 429, "rate-limited");
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(answers).hasSizeGreaterThanOrEqualTo(3);
        assertThat(raw()).isEqualTo(answers.size() - 1);
    }

    @Test
    void a_body_over_the_limit_of_its_source_is_answered_413_and_one_of_another_source_is_not() throws Exception {
        assertThat(post("small/" + SECRET, "x".repeat(2_000)).statusCode()).isEqualTo(200);
        assertRefused(post("small/" + SECRET, "x".repeat(2_001)), 413, "body-too-large");
        HttpRequest chunked = HttpRequest.newBuilder(uri("small/" + SECRET))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[2_001])))
                .build();
        assertRefused(HTTP.send(chunked, HttpResponse.BodyHandlers.ofString()), 413, "body-too-large");
        assertThat(post("main/" + SECRET, "x".repeat(2_001)).statusCode()).isEqualTo(200);
        assertThat(raw()).isEqualTo(2);
    }

    @Test
    void a_signed_body_needs_no_secret_in_the_url_and_one_byte_less_is_answered_401() throws Exception {
        assertThat(signed("signed", BODY, SIGNATURE).statusCode()).isEqualTo(200);
        assertThat(signed("signed", BODY, "v1,AAAA v2,x " + SIGNATURE).statusCode())
                .isEqualTo(200);
        assertRefused(signed("signed", BODY.substring(1), SIGNATURE), 401, "signature-wrong");
        assertRefused(post("signed", BODY), 401, "signature-missing");
        assertRefused(post("signed/" + SECRET, BODY), 401, "wrong-secret");
        assertRefused(signed("main", BODY, SIGNATURE), 401, "wrong-secret");
        assertRefused(
                post("signed", BODY, "webhook-id", "x", "webhook-timestamp", "1", "webhook-signature", SIGNATURE),
                401,
                "signature-timestamp");
        assertRefused(
                post(
                        "signed",
                        BODY,
                        "webhook-id",
                        "x",
                        "webhook-id",
                        "y",
                        "webhook-timestamp",
                        "1614265330",
                        "webhook-signature",
                        SIGNATURE),
                401,
                "signature-missing");
        assertThat(raw()).isEqualTo(2);
        assertThat(metric("mailtide_ingest_received_total")).isEqualTo(8);
        assertThat(metric("mailtide_ingest_stored_total{way=\"kafka\"}")).isEqualTo(2);
        assertThat(refusedTotal()).isEqualTo(6);
        assertThat(metric("mailtide_ingest_signature_headers_unknown_total{source=\"signed\"}"))
                .isZero();
    }

    @Test
    void the_id_of_a_signed_post_may_hold_any_bytes() throws Exception {
        String id = new String("msg_é".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        try (RawClient client = new RawClient(service.port())) {
            client.send("POST /webhooks/signed HTTP/1.1\r\nHost: x\r\nwebhook-id: " + id
                    + "\r\nwebhook-timestamp: 1614265330\r\nwebhook-signature: v1,oiuSbO7fXLCFY1sxzO+iVABPusgkow8ndZiK2N4Ap5o="
                    + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
            assertThat(client.status()).isEqualTo(200);
        }
    }

    @Test
    void a_signature_that_nobody_checks_is_counted_and_the_post_is_kept() throws Exception {
        assertThat(post("main/" + SECRET, "x", "X-Paubox-Signature", "canary-value")
                        .statusCode())
                .isEqualTo(200);
        post("main/wrong-secret-0123456789", "x", "X-Paubox-Signature", "canary-value");
        assertThat(metric("mailtide_ingest_signature_headers_unknown_total{source=\"main\"}"))
                .isEqualTo(1);
    }

    @Test
    void while_a_secret_is_rotated_under_load_no_post_is_refused() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        AtomicReference<String> inUse = new AtomicReference<>(SECRET);
        Queue<Integer> refused = new ConcurrentLinkedQueue<>();
        AtomicIntegerArray posts = new AtomicIntegerArray(4);
        ExecutorService senders = Executors.newFixedThreadPool(posts.length());
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < posts.length(); i++) {
            int sender = i;
            running.add(senders.submit(() -> {
                while (!stopped.get()) {
                    int status = post("main/" + inUse.get(), "x").statusCode();
                    posts.incrementAndGet(sender);
                    if (status != 200) {
                        refused.add(status);
                    }
                }
                return null;
            }));
        }
        String secret = SECRET;
        for (int round = 1; round <= 5; round++) {
            String next = NEXT_SECRET + "-" + round;
            change(Map.of("source.main.secret", next, "source.main.secret-previous", secret));
            awaitReloads(2 * round - 1);
            inUse.set(next);
            // The first of these may still have been sent with the old one, and the second is not.
            awaitPostsOfEach(posts, 2);
            settings.remove("source.main.secret-previous");
            change(Map.of());
            awaitReloads(2 * round);
            secret = next;
            awaitPostsOfEach(posts, 5);
        }
        stopped.set(true);
        for (Future<?> sender : running) {
            sender.get();
        }
        senders.shutdown();
        assertThat(refused).isEmpty();
        assertRefused(post("main/" + SECRET, "x"), 401, "wrong-secret");
        int sent = sum(posts);
        assertThat(metric("mailtide_ingest_stored_total{way=\"kafka\"}")).isEqualTo(sent);
        assertThat(metric("mailtide_ingest_secret_used_total{kind=\"url\",secret=\"current\",source=\"main\"}")
                        + metric("mailtide_ingest_secret_used_total{kind=\"url\",secret=\"previous\",source=\"main\"}"))
                .isEqualTo(sent);
    }

    @Test
    void settings_that_cannot_be_used_change_nothing() throws Exception {
        change(Map.of("source.main.secret", ""));
        await().atMost(SOON).until(() -> metric("mailtide_ingest_reload_total{result=\"failed\"}") == 1);
        assertThat(post("main/" + SECRET, "x").statusCode()).isEqualTo(200);
        assertRefused(post("main", "x"), 401, "wrong-secret");
        assertThat(metric("mailtide_ingest_reload_failing")).isEqualTo(1);
        change(Map.of("source.main.secret", NEXT_SECRET));
        awaitReloads(1);
        assertThat(post("main/" + NEXT_SECRET, "x").statusCode()).isEqualTo(200);
        assertThat(metric("mailtide_ingest_reload_failing")).isZero();
    }

    @Test
    void a_probe_is_answered_as_a_post_would_be() throws Exception {
        assertThat(get("listed/" + SECRET, "203.0.113.7")).isEqualTo(200);
        assertThat(get("listed/" + SECRET, "198.51.100.1")).isEqualTo(403);
        assertThat(get("listed", "198.51.100.1")).isEqualTo(200);
        assertThat(get("limited/wrong-secret-0123456789", "198.51.100.1")).isEqualTo(401);
        for (int i = 0; i < 5; i++) {
            assertThat(get("limited/" + SECRET, "198.51.100.1")).isEqualTo(200);
        }
    }

    @Test
    void no_secret_signature_or_address_is_logged_or_echoed_whatever_goes_wrong() throws Exception {
        List<String> answers = new ArrayList<>();
        CapturedLog log = CapturedLog.during(() -> {
            for (String path :
                    List.of("main/canary-wrong-0123456789", "other/" + SECRET, "main/canary/canary/canary")) {
                answers.add(echo(post(path, "canary-body", "X-Forwarded-For", "canary", "X-Signature", "canary")));
            }
            answers.add(echo(post("listed/" + SECRET, "canary-body", "X-Forwarded-For", "canary")));
            answers.add(echo(post("small/" + SECRET, "canary".repeat(1_000))));
            answers.add(echo(post("main/" + SECRET, "x", "X-Signature", "canary", "X-Canary-Not", "canary")));
            answers.add(echo(signed("signed", "canary", SIGNATURE)));
            answers.add(echo(signed("signed", "canary", "v1,canary")));
            answers.add(echo(HTTP.send(
                    HttpRequest.newBuilder(uri("main/" + SECRET))
                            .PUT(HttpRequest.BodyPublishers.ofString("canary"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString())));
            for (String head : List.of(
                    "POST /webhooks/main/canary%zz HTTP/1.1\r\nHost: x\r\n",
                    "POST /webhooks/main/canary%00 HTTP/1.1\r\nHost: x\r\n",
                    "POST /webhooks/main/canary\u0001 HTTP/1.1\r\nHost: x\r\n",
                    "POST /webhooks/../canary/../../.. HTTP/1.1\r\nHost: x\r\n",
                    "POST /webhooks/main/canary HTTP/1.1\r\n",
                    "POST /webhooks/main/canary HTTP/9.9\r\nHost: x\r\n",
                    "POST /webhooks/main/canary HTTP/1.1\r\nHost: x\r\nContent-Length: canary\r\n",
                    "POST /webhooks/main/canary HTTP/1.1\r\nHost: x\r\ncanary canary\r\n",
                    "POST /webhooks/main/" + SECRET + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: canary\r\n",
                    "POST /webhooks/main/" + SECRET + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                            + "Connection: close\r\n\r\ncanary\r\n",
                    "POST /webhooks/main/canary" + "x".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n")) {
                answers.add(raw(head + "\r\n"));
            }
            broken.set(true);
            answers.add(echo(post("main/" + SECRET, "canary-body")));
            change(Map.of("source.main.secret", "canary with a blank"));
            await().atMost(SOON).until(() -> metric("mailtide_ingest_reload_total{result=\"failed\"}") == 1);
        });
        assertThat(answers).last().asString().startsWith("500");
        assertThat(String.join("\n", answers)).doesNotContainIgnoringCase("canary");
        assertThat(log.linesWith("answering a request failed")).hasSize(1);
        assertThat(metric("mailtide_ingest_refused_total{reason=\"internal\"}")).isEqualTo(1);
        assertThat(metric("mailtide_ingest_in_flight")).isZero();
        assertThat(log.linesWith("stay in force")).hasSize(1);
        assertThat(log.text()).doesNotContainIgnoringCase("canary").doesNotContain("203.0.113");
    }

    private static void awaitPostsOfEach(AtomicIntegerArray posts, int more) {
        for (int i = 0; i < posts.length(); i++) {
            int sender = i;
            int enough = posts.get(sender) + more;
            await().atMost(SOON).until(() -> posts.get(sender) >= enough);
        }
    }

    private static int sum(AtomicIntegerArray posts) {
        return IntStream.range(0, posts.length()).map(posts::get).sum();
    }

    private Instant now() {
        if (broken.get()) {
            throw new IllegalStateException("canary");
        }
        return NOW;
    }

    private AccessSettings read() {
        SettingsReader reader = new SettingsReader(file, Map.of());
        AccessSettings access = AccessSettings.read(reader, 1_000_000);
        reader.finish();
        return access;
    }

    private void change(Map<String, String> changed) {
        settings.putAll(changed);
        file = Map.copyOf(settings);
    }

    private void awaitReloads(int reloads) {
        await().atMost(SOON).until(() -> metric("mailtide_ingest_reload_total{result=\"ok\"}") == reloads);
    }

    private int raw() {
        return TopicReader.readAll(TestKafka.access(), topics.raw().name()).size();
    }

    private HttpResponse<String> signed(String path, String body, String signatures) throws Exception {
        return post(
                path,
                body,
                "webhook-id",
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                "webhook-timestamp",
                "1614265330",
                "webhook-signature",
                signatures);
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private int get(String path, String forwardedFor) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .header("X-Forwarded-For", forwardedFor)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private String raw(String request) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            client.setSoTimeout((int) SOON.toMillis());
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            client.shutdownOutput();
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + "/webhooks/" + path);
    }

    private static String echo(HttpResponse<String> answer) {
        return answer.statusCode() + " " + answer.headers().map() + " " + answer.body();
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).contains("urn:mailtide:problem:" + code);
    }

    private long metric(String name) throws Exception {
        Matcher line = Pattern.compile("^" + Pattern.quote(name) + " ([0-9.]+)$", Pattern.MULTILINE)
                .matcher(metrics());
        assertThat(line.find()).as(name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private double refusedTotal() throws Exception {
        return metrics()
                .lines()
                .filter(line -> line.startsWith("mailtide_ingest_refused_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private String metrics() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/metrics"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
}
