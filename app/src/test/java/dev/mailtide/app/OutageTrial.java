package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.bench.Load;
import dev.mailtide.bench.LoadClient;
import dev.mailtide.bench.Slice;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fault.JavaCommand;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka goes away under load and comes back: ingest answers 200 all the time, drains what it kept, and the processor counts
 * it, untouched by hand. Not a part of the build: run by {@code .ci/nightly}.
 */
class OutageTrial {

    private static final int POSTS_PER_SECOND = Integer.getInteger("mailtide.trial.rate", 1_000);
    private static final int WINDOWS_BEFORE = 2;
    private static final int WINDOWS_AWAY = Integer.getInteger("mailtide.trial.away", 12);
    private static final int WINDOWS_AFTER = Integer.getInteger("mailtide.trial.after", 9);
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** Not looked at, since a JVM that has just started compiles what it will run. */
    private static final Duration WARM_UP = Duration.ofSeconds(30);

    private static final int CONNECTIONS = 500;
    private static final int ACK_WAIT_MILLIS = 250;
    private static final String JAR = System.getProperty("mailtide.jar", "target/mailtide.jar");
    private static final String INGEST_HEAP = System.getProperty("mailtide.trial.heap", "128m");

    /** For what stands around ingest: on two cores, compilers of four processes would be most of the load. */
    private static final String QUICKLY_WARM = "-XX:TieredStopAtLevel=1";

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SECRET = "outage-trial-secret-1";
    private static final String PATH = "/webhooks/paubox-main/" + SECRET;
    private static final String DRAINED = "mailtide_spool_drained_total{by=\"drainer\"}";
    private static final String WAITING = "mailtide_spool_waiting_frames";
    private static final String TOKEN = "mt_" + "o".repeat(43);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<byte[]> stored = new ArrayList<>();
    private final List<Slice> windows = new ArrayList<>();
    private final Queue<Process> processes = new ConcurrentLinkedQueue<>();
    private int bodiesMade;

    @TempDir
    Path folder;

    @Test
    void ingest_answers_200_while_kafka_is_away_and_everything_is_counted_when_it_is_back() throws Exception {
        int kafkaPort = EmbeddedBroker.freePort();
        int ingestPort = EmbeddedBroker.freePort();
        int apiPort = EmbeddedBroker.freePort();
        Process broker = broker(kafkaPort);
        KafkaAccess kafka = KafkaAccess.at("127.0.0.1:" + kafkaPort);
        role(
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
        role(
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
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ingestPort);
            say("warming up");
            post(address, POSTS_PER_SECOND / 2, WARM_UP);
            windows.clear();
            postWindows(address, WINDOWS_BEFORE);

            say("Kafka is stopped");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(broker));
            postWindows(address, WINDOWS_AWAY);
            stopped.join();
            double drainedThen = metric(ingestPort, DRAINED);
            say("Kafka starts again; " + (long) metric(ingestPort, WAITING) + " bodies wait");
            CompletableFuture<Process> again = CompletableFuture.supplyAsync(() -> broker(kafkaPort));
            CompletableFuture<Double> draining = again.thenApplyAsync(unused -> drainRate(ingestPort, drainedThen));
            postWindows(address, WINDOWS_AFTER);

            assertThat(windows).as("not answered 200").allMatch(slice -> slice.refused() + slice.unanswered() == 0);
            for (Slice window : windows) {
                assertThat(window.p99Millis()).as("p99 of a window").isLessThanOrEqualTo(ACK_WAIT_MILLIS + 100);
            }
            assertThat(draining.get(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("drained per second")
                    .isGreaterThanOrEqualTo(3.0 * POSTS_PER_SECOND);
            await().atMost(SOON).until(() -> metric(ingestPort, WAITING) == 0);

            stored.add(postFresh(address));
            await().atMost(Duration.ofMinutes(5))
                    .ignoreExceptions()
                    .until(() -> status(apiPort, "fresh.example") == 200);
            say("a fresh event is counted");

            Set<ByteBuffer> lost = new HashSet<>();
            stored.forEach(sent -> lost.add(ByteBuffer.wrap(sent)));
            TopicReader.readAll(kafka, "email.raw.v1").forEach(record -> lost.remove(ByteBuffer.wrap(record.value())));
            assertThat(lost).as("answered 200 and not in the raw topic").isEmpty();
            say(stored.size() + " bodies answered 200, all in the raw topic");
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private void postWindows(InetSocketAddress address, int number) throws IOException, InterruptedException {
        for (int i = 0; i < number; i++) {
            Slice window = post(address, POSTS_PER_SECOND, WINDOW);
            say(String.format(
                    Locale.ROOT,
                    "%3d s: %d answered 200, %d otherwise, %d not; p50 %.1f ms, p99 %.1f ms",
                    windows.size() * WINDOW.toSeconds(),
                    window.acked(),
                    window.refused(),
                    window.unanswered(),
                    window.p50Millis(),
                    window.p99Millis()));
        }
    }

    /** Each body once. If all are answered 200, they are the first that were made. */
    private Slice post(InetSocketAddress address, int perSecond, Duration window)
            throws IOException, InterruptedException {
        List<byte[]> bodies = new ArrayList<>();
        for (long i = perSecond * (window.toSeconds() + 1); i > 0; i--) {
            bodies.add(nextBody());
        }
        Load load = new Load(address, PATH, CONNECTIONS, perSecond, Duration.ZERO, window);
        Slice slice = LoadClient.run(load, bodies, () -> Duration.ZERO);
        assertThat(slice.acked()).as("bodies that were sent once").isLessThanOrEqualTo(bodies.size());
        if (slice.refused() + slice.unanswered() == 0) {
            stored.addAll(bodies.subList(0, (int) slice.acked()));
        }
        windows.add(slice);
        return slice;
    }

    private byte[] nextBody() {
        int number = bodiesMade++;
        return PauboxBodies.delivered(
                        "m-" + number,
                        "care@clinic-" + number % 20 + ".example",
                        "pat@gmail.com",
                        Instant.parse("2026-04-18T20:00:00Z")
                                .plusSeconds(number)
                                .toString())
                .getBytes(StandardCharsets.UTF_8);
    }

    private byte[] postFresh(InetSocketAddress address) throws IOException, InterruptedException {
        byte[] fresh = PauboxBodies.delivered("fresh-1", "a@fresh.example", "pat@gmail.com", "2026-04-18T20:00:00Z")
                .getBytes(StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + PATH))
                .POST(HttpRequest.BodyPublishers.ofByteArray(fresh))
                .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(200);
        return fresh;
    }

    /** Bodies drained a second, from when Kafka answers until few wait. */
    private double drainRate(int ingestPort, double drainedThen) {
        say("Kafka is back");
        long begun = System.nanoTime();
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> metric(ingestPort, WAITING) < POSTS_PER_SECOND / 2.0);
        double seconds = (System.nanoTime() - begun) / 1e9;
        double drained = metric(ingestPort, DRAINED) - drainedThen;
        say(String.format(
                Locale.ROOT,
                "drained %,.0f bodies in %.1f s: %,.0f/s, while %,d/s came in",
                drained,
                seconds,
                drained / seconds,
                POSTS_PER_SECOND));
        return drained / seconds;
    }

    /** In a process of its own, as bench has it; returns once it answers. */
    private Process broker(int port) {
        ProcessBuilder builder = new ProcessBuilder(
                        JavaCommand.with("-Xmx512m", QUICKLY_WARM, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
                                .main(
                                        JAR,
                                        "dev.mailtide.bench.BrokerProcess",
                                        folder.resolve("kafka").toString(),
                                        Integer.toString(port)))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            Process broker = builder.start();
            processes.add(broker);
            if (broker.getInputStream().read() < 0) {
                throw new IllegalStateException("the broker ended at once");
            }
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(Process broker) {
        try {
            // It runs until its input ends.
            broker.getOutputStream().close();
        } catch (IOException e) {
            broker.destroyForcibly();
        }
        broker.onExit().join();
    }

    private void role(String role, int kafkaPort, Map<String, String> settings) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(JavaCommand.with(
                        role.equals("ingest") ? "-Xmx" + INGEST_HEAP : "-Xmx512m",
                        role.equals("ingest") ? "-XX:+TieredCompilation" : QUICKLY_WARM,
                        "-XX:+ExitOnOutOfMemoryError")
                .jar(JAR, role));
        builder.environment().putAll(settings);
        builder.environment().put("MAILTIDE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + kafkaPort);
        Path log = Files.createDirectories(Path.of("target")).resolve("outage-" + role + ".log");
        processes.add(
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
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

    private double metric(int port, String line) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(text -> text.startsWith(line + " "))
                    .mapToDouble(text -> Double.parseDouble(text.substring(text.lastIndexOf(' '))))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void say(String what) {
        System.out.println(Instant.now() + " " + what);
    }
}
