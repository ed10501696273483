package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka goes away under load and comes back: ingest answers 200 all the time, drains what it kept, and the processor counts
 * it, untouched by hand. Not a part of the build: run by {@code .ci/nightly}.
 */
class OutageTrial {

    private static final int POSTS_PER_SECOND = Integer.getInteger("mailtide.trial.rate", 1_000);
    private static final int SECONDS_BEFORE = 20;
    private static final int SECONDS_AWAY = Integer.getInteger("mailtide.trial.away", 120);
    private static final int SECONDS_AFTER = Integer.getInteger("mailtide.trial.after", 90);
    private static final int WINDOW_SECONDS = 10;
    private static final int ACK_WAIT_MILLIS = 250;
    private static final String INGEST_HEAP = System.getProperty("mailtide.trial.heap", "128m");
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "outage-trial-secret-1";
    private static final String TOKEN = "mt_" + "o".repeat(43);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Set<String> stored = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentSkipListMap<>();
    private final List<List<Long>> microsByWindow = new ArrayList<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final CompletableFuture<EmbeddedBroker> again = new CompletableFuture<>();
    private int inWindow;

    @TempDir
    Path folder;

    @Test
    void ingest_answers_200_while_kafka_is_away_and_everything_is_counted_when_it_is_back() throws Exception {
        int kafkaPort = EmbeddedBroker.freePort();
        int ingestPort = EmbeddedBroker.freePort();
        int apiPort = EmbeddedBroker.freePort();
        EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), kafkaPort);
        KafkaAccess kafka = KafkaAccess.at(broker.bootstrapServers());
        Process ingest = role(
                "ingest",
                kafkaPort,
                Map.of(
                        "MAILTIDE_INGEST_PORT",
                        Integer.toString(ingestPort),
                        "MAILTIDE_INGEST_SOURCES",
                        "paubox-main",
                        "MAILTIDE_SOURCE_PAUBOX_MAIN_SECRET",
                        SECRET,
                        "MAILTIDE_SPOOL_DIR",
                        folder.resolve("spool").toString()));
        Process processor = role(
                "processor",
                kafkaPort,
                Map.of(
                        "MAILTIDE_PROCESSOR_PORT",
                        Integer.toString(apiPort),
                        "MAILTIDE_DATA_DIR",
                        folder.resolve("state").toString(),
                        "MAILTIDE_API_TOKEN",
                        TOKEN,
                        "MAILTIDE_IDENTITY_KEY",
                        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
        try {
            awaitReady(ingestPort);
            awaitReady(apiPort);
            String webhook = "http://127.0.0.1:" + ingestPort + "/webhooks/paubox-main/" + SECRET;
            int total = POSTS_PER_SECOND * (SECONDS_BEFORE + SECONDS_AWAY + SECONDS_AFTER);
            CompletableFuture<Void> stopping = CompletableFuture.completedFuture(null);
            long begun = System.nanoTime();
            long backAt = 0;
            double drainedThen = 0;
            double drainRate = 0;
            for (int number = 0; number < total; number++) {
                long due = begun + TimeUnit.SECONDS.toNanos(1) * number / POSTS_PER_SECOND;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                if (number == POSTS_PER_SECOND * SECONDS_BEFORE) {
                    say("Kafka is stopped");
                    stopping = CompletableFuture.runAsync(broker::close);
                } else if (number == POSTS_PER_SECOND * (SECONDS_BEFORE + SECONDS_AWAY)) {
                    stopping.join();
                    drainedThen = metric(ingestPort, "mailtide_spool_drained_total{by=\"drainer\"}");
                    say("Kafka starts again; " + (long) metric(ingestPort, "mailtide_spool_waiting_frames")
                            + " bodies wait");
                    var unused = CompletableFuture.runAsync(() -> startAgain(kafkaPort));
                } else if (again.isDone() && drainRate == 0 && number % (POSTS_PER_SECOND / 10) == 0) {
                    if (backAt == 0) {
                        backAt = System.nanoTime();
                        say("Kafka is back");
                    }
                    if (metric(ingestPort, "mailtide_spool_waiting_frames") < POSTS_PER_SECOND / 2.0) {
                        double drained =
                                metric(ingestPort, "mailtide_spool_drained_total{by=\"drainer\"}") - drainedThen;
                        double seconds = (System.nanoTime() - backAt) / 1e9;
                        drainRate = drained / seconds;
                        say(String.format(
                                "drained %,.0f bodies in %.1f s: %,.0f/s, while %,d/s came in",
                                drained, seconds, drainRate, POSTS_PER_SECOND));
                    }
                }
                post(webhook, number, due);
            }
            await().atMost(SOON).until(() -> answered.get() == total);
            report();
            assertThat(outcomes.keySet()).as("answers").containsExactly("200");
            for (List<Long> window : microsByWindow) {
                assertThat(p99Millis(window)).as("p99 of a window").isLessThanOrEqualTo(ACK_WAIT_MILLIS + 100);
            }
            assertThat(drainRate).as("drained per second").isGreaterThanOrEqualTo(3.0 * POSTS_PER_SECOND);
            await().atMost(SOON).until(() -> metric(ingestPort, "mailtide_spool_waiting_frames") == 0);

            String fresh =
                    PauboxBodies.delivered("fresh-1", "a@fresh.example", "pat@gmail.com", "2026-04-18T20:00:00Z");
            post(webhook, fresh, System.nanoTime());
            await().atMost(Duration.ofMinutes(5))
                    .ignoreExceptions()
                    .until(() -> status(apiPort, "fresh.example") == 200);
            say("a fresh event is counted");

            Set<String> raw = new HashSet<>();
            TopicReader.readAll(kafka, "email.raw.v1")
                    .forEach(record -> raw.add(new String(record.value(), StandardCharsets.UTF_8)));
            Set<String> lost = new HashSet<>(stored);
            lost.removeAll(raw);
            assertThat(lost).as("answered 200 and not in the raw topic").isEmpty();
            say(stored.size() + " bodies answered 200, all in the raw topic");
        } finally {
            ingest.destroyForcibly().waitFor();
            processor.destroyForcibly().waitFor();
            broker.close();
            if (again.isDone()) {
                again.join().close();
            }
        }
    }

    private void startAgain(int kafkaPort) {
        try {
            again.complete(EmbeddedBroker.start(folder.resolve("kafka"), kafkaPort));
        } catch (IOException e) {
            again.completeExceptionally(e);
        }
    }

    private void post(String webhook, int number, long dueNanos) {
        String body = PauboxBodies.delivered(
                "m-" + number,
                "care@clinic-" + number % 20 + ".example",
                "pat@gmail.com",
                Instant.parse("2026-04-18T20:00:00Z").plusSeconds(number).toString());
        post(webhook, body, dueNanos);
    }

    /** The time counts from when the post was due, so that a client that is late hides nothing. */
    private void post(String webhook, String body, long dueNanos) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(webhook))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        List<Long> window = windowNow();
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) -> {
                    String outcome = answer == null ? "none" : Integer.toString(answer.statusCode());
                    outcomes.computeIfAbsent(outcome, first -> new AtomicInteger())
                            .incrementAndGet();
                    if (outcome.equals("200")) {
                        stored.add(body);
                    }
                    synchronized (window) {
                        window.add(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - dueNanos));
                    }
                    answered.incrementAndGet();
                    return null;
                });
    }

    private List<Long> windowNow() {
        if (microsByWindow.isEmpty() || inWindow == POSTS_PER_SECOND * WINDOW_SECONDS) {
            microsByWindow.add(new ArrayList<>());
            inWindow = 0;
        }
        inWindow++;
        return microsByWindow.get(microsByWindow.size() - 1);
    }

    private void report() {
        say("answers " + outcomes);
        for (int i = 0; i < microsByWindow.size(); i++) {
            List<Long> window = microsByWindow.get(i);
            long[] sorted = window.stream().mapToLong(Long::longValue).sorted().toArray();
            say(String.format(
                    "%3d s: p50 %.1f ms, p99 %.1f ms, max %.1f ms",
                    i * WINDOW_SECONDS,
                    sorted[sorted.length / 2] / 1e3,
                    p99Millis(window),
                    sorted[sorted.length - 1] / 1e3));
        }
    }

    private static double p99Millis(List<Long> micros) {
        long[] sorted = micros.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) (sorted.length * 0.99)] / 1e3;
    }

    private Process role(String role, int kafkaPort, Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + (role.equals("ingest") ? INGEST_HEAP : "512m"),
                "-XX:+ExitOnOutOfMemoryError",
                "-jar",
                System.getProperty("mailtide.jar", "target/mailtide.jar"),
                role);
        builder.environment().putAll(settings);
        builder.environment().put("MAILTIDE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + kafkaPort);
        Path log = Files.createDirectories(Path.of("target")).resolve("outage-" + role + ".log");
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private void awaitReady(int port) {
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> http.send(
                                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                                                .build(),
                                        HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    private int status(int apiPort, String domain) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + apiPort + "/v1/domains/" + domain))
                                .header("Authorization", "Bearer " + TOKEN)
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private double metric(int port, String line) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(text -> text.startsWith(line + " "))
                .mapToDouble(text -> Double.parseDouble(text.substring(text.lastIndexOf(' '))))
                .sum();
    }

    private static void say(String what) {
        System.out.println(Instant.now() + " " + what);
    }
}
