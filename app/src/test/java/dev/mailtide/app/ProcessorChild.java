package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code mailtide processor} in a process of its own, to be killed, stopped and started again in its place. */
final class ProcessorChild implements AutoCloseable {

    static final String TOKEN = "mt_" + "p".repeat(43);

    private static final Duration READY_MAX = Duration.ofSeconds(90);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final String instance;
    private final int port = EmbeddedBroker.freePort();
    private final Path settings;
    private final Path log;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private volatile Process process;

    /**
     * Starts it.
     *
     * @param folder for its state, its settings and its log
     * @param more lines of its settings
     */
    ProcessorChild(Path folder, String instance, KafkaAccess kafka, List<String> more) throws IOException {
        this.instance = instance;
        this.settings = folder.resolve(instance + ".yaml");
        this.log = Files.createDirectories(Path.of("target")).resolve("rebalance-" + instance + ".log");
        Files.deleteIfExists(log);
        Files.write(
                settings,
                List.of(
                        "instance: " + instance,
                        "processor.host: 127.0.0.1",
                        "processor.port: " + port,
                        "processor.threads: 1",
                        "data-dir: " + folder.resolve(instance),
                        "api.token: " + TOKEN,
                        "identity.key: '" + "0f".repeat(32) + "'",
                        "internal-secret: secret-between-the-instances",
                        "kafka.bootstrap.servers: " + kafka.bootstrapServers(),
                        String.join("\n", more)));
        process = launch();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Main.class.getName(),
                        "processor",
                        "--config",
                        settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    String instance() {
        return instance;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL; returns when it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** SIGTERM; returns when it has ended, in good order. */
    void stop() throws InterruptedException, IOException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended:\n" + log()).isTrue();
        assertThat(process.exitValue()).as(log()).isZero();
    }

    /** SIGSTOP: its connections stay open, and nothing comes back. */
    void hang() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT: it goes on as if no time had passed. */
    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    /** With the same settings, on the same folder and port. */
    void startAgain() throws IOException {
        process = launch();
    }

    void awaitReady() throws IOException {
        await().atMost(READY_MAX)
                .ignoreExceptions()
                .until(() -> !process.isAlive() || ask("/readyz").statusCode() == 200);
        assertThat(process.isAlive()).as(instance + " runs:\n" + log()).isTrue();
    }

    /** What it answers, if it does. */
    HttpResponse<String> ask(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + TOKEN)
                .timeout(ANSWER_MAX)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** How often its aggregation was told that partitions move. */
    long rebalances() throws IOException {
        return log().lines()
                .filter(line -> line.contains("mailtide-aggregate-1: REBALANCING (was RUNNING)"))
                .count();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        kill();
    }
}
