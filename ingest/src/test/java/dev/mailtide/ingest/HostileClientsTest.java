package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
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
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are slow, go away, or send what is no request: one whole request is one record, all else is none. */
@OnKafka
@Timeout(120)
class HostileClientsTest {

    private static final String SECRET = "canary-secret-0123456789";
    private static final String PATH = "/webhooks/main/" + SECRET;
    private static final String HEAD = "POST " + PATH + " HTTP/1.1\r\nHost: x\r\n";
    private static final int BODY_BYTES_MAX = 100_000;
    private static final int BODIES_BYTES_MAX = 400_000;
    private static final Duration SOON = Duration.ofSeconds(60);

    /** Of each kind; 700 are 2,100 connections, for a night or for a person. */
    private static final int SLOW_CLIENTS = Integer.getInteger("mailtide.test.slow-clients", 100);

    /** A few more that end requests whose client is gone. */
    private static final int THREADS_FOR_FAILURES = 4;

    private static final HttpLimits LIMITS =
            new HttpLimits(10_000, Duration.ofSeconds(2), Duration.ofSeconds(60), 8_192, 16);
    private static final BodyLimits BODY =
            new BodyLimits(BODY_BYTES_MAX, Duration.ofSeconds(2), 1_024, Duration.ofSeconds(20), BODIES_BYTES_MAX);

    @TempDir
    Path folder;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private IngestService service;

    @BeforeEach
    void start() throws IOException {
        HttpShell.Address address = new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "ingest.port");
        IngestSettings settings = new IngestSettings(
                new HttpShell.Listener(address, LIMITS, Optional.empty(), BODY_BYTES_MAX),
                BODY,
                new Ways(new QueueLimits(1_000, 10_000_000), SOON, SOON, SpoolSettings.at(folder.resolve("spool"))),
                Duration.ZERO,
                access(),
                "ingest-1");
        service = new IngestService(
                settings, HostileClientsTest::access, TestKafka.access(), topics, InstantSource.system());
    }

    private static AccessSettings access() {
        return AccessSettings.of(List.of(Source.of("main", Provider.PAUBOX, new Secret(SECRET), BODY_BYTES_MAX)));
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void one_request_is_one_record_and_what_could_be_read_in_two_ways_is_refused() throws Exception {
        for (Shape shape : SHAPES) {
            long storedBefore = metric("mailtide_ingest_stored_total{way=\"kafka\"}");
            try (RawClient client = new RawClient(service.port())) {
                assertThat(client.send(shape.text()).halfClose().statuses())
                        .as(shape.what())
                        .isEqualTo(shape.statuses());
            }
            long stored =
                    shape.statuses().stream().filter(status -> status == 200).count();
            assertThat(metric("mailtide_ingest_stored_total{way=\"kafka\"}") - storedBefore)
                    .as(shape.what())
                    .isEqualTo(stored);
        }
        assertThat(raw())
                .containsExactlyInAnyOrder(
                        "one", "two", "three", "old", "kept", "again", "part one part two", "trailed", "", "ext");
    }

    private record Shape(String what, String text, List<Integer> statuses) {

        static Shape of(String what, String text, Integer... statuses) {
            return new Shape(what, text, Arrays.asList(statuses));
        }
    }

    private static final List<Shape> SHAPES = List.of(
            Shape.of("plain", HEAD + "Content-Length: 3\r\n\r\none", 200),
            Shape.of(
                    "pipelined",
                    HEAD + "Content-Length: 3\r\n\r\ntwo" + HEAD + "Content-Length: 5\r\n\r\nthree",
                    200,
                    200),
            Shape.of("HTTP/1.0", "POST " + PATH + " HTTP/1.0\r\nContent-Length: 3\r\n\r\nold", 200),
            Shape.of(
                    "HTTP/1.0 kept alive",
                    ("POST " + PATH + " HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 4\r\n\r\nkept")
                            + HEAD
                            + "Content-Length: 5\r\n\r\nagain",
                    200,
                    200),
            Shape.of(
                    "chunks",
                    HEAD + "Transfer-Encoding: chunked\r\n\r\n9\r\npart one \r\n8\r\npart two\r\n0\r\n\r\n",
                    200),
            Shape.of(
                    "chunks with a trailer",
                    HEAD + "Transfer-Encoding: chunked\r\n\r\n7\r\ntrailed\r\n0\r\nX-Trailer: 1\r\n\r\n",
                    200),
            Shape.of("a chunk extension", HEAD + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\next\r\n0\r\n\r\n", 200),
            Shape.of("no length at all is an empty body", HEAD + "\r\n", 200),
            Shape.of(
                    "length and chunks",
                    HEAD + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n",
                    400),
            Shape.of(
                    "chunks and length",
                    HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n3\r\nbad\r\n0\r\n\r\n",
                    400),
            Shape.of("two lengths", HEAD + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nbad!", 400),
            Shape.of("a list of lengths", HEAD + "Content-Length: 3, 4\r\n\r\nbad!", 400),
            Shape.of("a length with a sign", HEAD + "Content-Length: +3\r\n\r\nbad", 400),
            Shape.of("a length below zero", HEAD + "Content-Length: -3\r\n\r\nbad", 400),
            Shape.of("a length beyond 64 bits", HEAD + "Content-Length: 99999999999999999999\r\n\r\nbad", 400),
            Shape.of(
                    "a folded header",
                    HEAD + "Transfer-Encoding:\r\n chunked\r\nContent-Length: 3\r\n\r\n3\r\nbad\r\n0\r\n\r\n",
                    400),
            Shape.of("a space before the colon", HEAD + "Content-Length : 3\r\n\r\nbad", 400),
            Shape.of("an unknown coding", HEAD + "Transfer-Encoding: xchunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n", 400),
            Shape.of("two codings", HEAD + "Transfer-Encoding: chunked, identity\r\n\r\n3\r\nbad\r\n0\r\n\r\n", 400),
            Shape.of(
                    "a chunk size that is none",
                    HEAD + "Transfer-Encoding: chunked\r\n\r\nzz\r\nbad\r\n0\r\n\r\n",
                    400),
            Shape.of("chunks that do not end", HEAD + "Transfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n", 400),
            Shape.of("less than promised", HEAD + "Content-Length: 10\r\n\r\nbad", 400),
            Shape.of("no host", "POST " + PATH + " HTTP/1.1\r\nContent-Length: 3\r\n\r\nbad", 400),
            Shape.of("two hosts", HEAD + "Host: y\r\nContent-Length: 3\r\n\r\nbad", 400),
            Shape.of("a header without a name", HEAD + ": x\r\nContent-Length: 3\r\n\r\nbad", 400),
            Shape.of("a NUL in a header", HEAD + "X: a\0b\r\nContent-Length: 3\r\n\r\nbad", 400),
            Shape.of("a version of its own", "POST " + PATH + " HTTP/7.0\r\nHost: x\r\n\r\n", 505),
            Shape.of("a head too long", HEAD + "X: " + "a".repeat(9_000) + "\r\n\r\n", 431),
            Shape.of("a path too long", "POST /" + "a".repeat(9_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414));

    @ParameterizedTest
    @EnumSource
    void a_body_whose_client_goes_away_is_not_kept(Leaving leaving) throws Exception {
        RawClient client = new RawClient(service.port());
        client.send(HEAD + leaving.headers + "\r\n\r\n" + leaving.bodyBegin);
        if (leaving == Leaving.AFTER_100_CONTINUE) {
            assertThat(client.status()).isEqualTo(100);
        }
        await().atMost(SOON).until(() -> metric("mailtide_ingest_received_total") == 1);
        if (leaving == Leaving.BY_RESET) {
            client.reset();
        }
        client.close();
        await().atMost(SOON).until(() -> metric("mailtide_ingest_refused_total{reason=\"body-incomplete\"}") == 1);
        assertThat(raw()).isEmpty();
        assertThat(metric("mailtide_ingest_bodies_bytes")).isZero();
    }

    private enum Leaving {
        HALF_WAY("Content-Length: 100", "half"),
        BY_RESET("Content-Length: 100", "half"),
        IN_A_CHUNK("Transfer-Encoding: chunked", "64\r\nhalf"),
        AFTER_100_CONTINUE("Content-Length: 100\r\nExpect: 100-continue", "");

        private final String headers;
        private final String bodyBegin;

        Leaving(String headers, String bodyBegin) {
            this.headers = headers;
            this.bodyBegin = bodyBegin;
        }
    }

    @Test
    void a_stream_without_end_is_cut_at_16_megabytes_and_holds_no_memory() throws Exception {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (RawClient client = new RawClient(service.port())) {
            client.send(HEAD + "Transfer-Encoding: chunked\r\n\r\n");
            int sent = 0;
            try {
                for (; sent < 100_000_000; sent += chunk.length()) {
                    client.send(chunk);
                }
            } catch (IOException closed) {
                assertThat(sent).isBetween(16_000_000, 40_000_000);
            }
            assertThat(sent).isLessThan(100_000_000);
        }
        await().atMost(SOON).until(() -> metric("mailtide_ingest_refused_total{reason=\"body-too-large\"}") == 1);
        assertThat(metric("mailtide_ingest_bodies_bytes")).isZero();
        assertThat(raw()).isEmpty();
    }

    @Test
    void more_bodies_than_memory_are_answered_503_and_those_before_are_kept() throws Exception {
        List<RawClient> clients = new ArrayList<>();
        String most = "x".repeat(BODY_BYTES_MAX - 1);
        for (int i = 0; i < 8; i++) {
            clients.add(new RawClient(service.port()).send(HEAD + "Content-Length: 100000\r\n\r\n" + most));
        }
        await().atMost(SOON).until(() -> metric("mailtide_ingest_received_total") == 8);
        int stored = 0;
        int refused = 0;
        for (RawClient client : clients) {
            int status = client.send("x").status();
            stored += status == 200 ? 1 : 0;
            refused += status == 503 ? 1 : 0;
            client.close();
        }
        assertThat(stored + refused).isEqualTo(8);
        assertThat(refused).isPositive();
        assertThat(metric("mailtide_ingest_refused_total{reason=\"too-many-bodies\"}"))
                .isEqualTo(refused);
        assertThat(raw()).hasSize(stored);
        assertThat(metric("mailtide_ingest_bodies_bytes")).isZero();
    }

    @Test
    void who_is_refused_before_the_body_is_told_that_the_connection_closes() throws Exception {
        for (String request : List.of(
                "POST /webhooks/main/wrong-secret-0123456789",
                "POST /webhooks/other",
                "PUT /webhooks/main/" + SECRET)) {
            try (RawClient client = new RawClient(service.port())) {
                client.send(request + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nbegin");
                assertThat(client.head()).startsWith("HTTP/1.1 4").containsIgnoringCase("\r\nConnection: close\r\n");
            }
        }
    }

    @Test
    void who_is_refused_after_the_whole_body_can_post_again_on_the_same_connection() throws Exception {
        try (RawClient client = new RawClient(service.port())) {
            String refused =
                    "POST /webhooks/main/wrong-secret-0123456789 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nwhole";
            client.send(refused + HEAD + "Content-Length: 1\r\nConnection: close\r\n\r\nx");
            assertThat(client.statuses()).containsExactly(401, 200);
        }
    }

    @Test
    void slow_clients_hold_no_thread_are_cut_and_leave_room_for_others() throws Exception {
        List<RawClient> slow = new ArrayList<>();
        for (int i = 0; i < SLOW_CLIENTS; i++) {
            slow.add(new RawClient(service.port()).send("POST /webh"));
            slow.add(new RawClient(service.port()).send(HEAD + "Content-Length: 90000\r\n\r\n"));
            slow.add(new RawClient(service.port()).send(HEAD + "Transfer-Encoding: chunked\r\n\r\n1;"));
        }
        int ownersOfThreads = 0;
        while (!slow.isEmpty()) {
            assertThat(post("normal")).isEqualTo(200);
            ownersOfThreads = Math.max(ownersOfThreads, httpThreads());
            for (RawClient client : List.copyOf(slow)) {
                if (isCut(client)) {
                    slow.remove(client);
                    client.close();
                }
            }
        }
        assertThat(ownersOfThreads)
                .as("threads that serve HTTP")
                .isLessThanOrEqualTo(LIMITS.threadsMax() + THREADS_FOR_FAILURES);
        assertThat(metric("mailtide_http_cut_total{reason=\"head-too-slow\"}")).isEqualTo(SLOW_CLIENTS);
        await().atMost(SOON)
                .until(() -> metric("mailtide_ingest_refused_total{reason=\"body-too-slow\"}") == 2L * SLOW_CLIENTS);
        assertThat(metric("mailtide_ingest_bodies_bytes")).isZero();
        assertThat(raw()).allMatch("normal"::equals).isNotEmpty();
    }

    private static boolean isCut(RawClient client) throws IOException {
        try {
            client.send("x");
        } catch (IOException closed) {
            return true;
        }
        return client.isClosed();
    }

    private static int httpThreads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("http-"))
                .count();
    }

    private int post(String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(PATH))
                .timeout(SOON)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private List<String> raw() {
        return TopicReader.readAll(TestKafka.access(), topics.raw().name()).stream()
                .map(record -> new String(record.value(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private long metric(String name) throws Exception {
        String all = HTTP.send(HttpRequest.newBuilder(uri("/metrics")).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$").matcher(all);
        assertThat(line.find()).as("a metric %s", name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + service.port() + path);
    }
}
