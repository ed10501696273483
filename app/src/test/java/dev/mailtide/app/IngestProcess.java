package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.JavaCommand;
import dev.mailtide.testkit.fault.Sender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real {@code mailtide ingest} in a process of its own: from the packaged jar where there is one, else from the classes. */
final class IngestProcess implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final String SECRET = "canary-secret-0123456789";

    private final int port;
    private final Path log;
    private final Process process;

    /**
     * Returns once it is ready. Its log goes to the folder, and its spool, unless the settings say otherwise.
     *
     * @param wrapper what the command is handed to; empty for none
     * @param settings lines of its settings file
     */
    IngestProcess(Path folder, List<String> wrapper, String... settings) throws IOException {
        port = EmbeddedBroker.freePort();
        log = folder.resolve("ingest-" + port + ".log");
        Path file = Files.write(folder.resolve("ingest-" + port + ".yaml"), lines(folder, settings));
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(ingest("ingest", "--config", file.toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Sender sender = sender();
        await().atMost(START_MAX).until(() -> sender.statusOf("/readyz") == 200 || !process.isAlive());
        assertThat(process.isAlive()).as(log()).isTrue();
    }

    private List<String> lines(Path folder, String... settings) {
        Stream<String> ours = Stream.of(
                "ingest.host: 127.0.0.1",
                "ingest.port: " + port,
                "ingest.sources: main",
                "source.main.secret: " + SECRET,
                "spool.reserve-bytes: 0",
                "spool.segment-bytes: 65536",
                "spool.keep-after-ack: 0s");
        boolean elsewhere = Stream.of(settings).anyMatch(line -> line.startsWith("spool.dir:"));
        Stream<String> spool = elsewhere ? Stream.empty() : Stream.of("spool.dir: " + folder.resolve("spool"));
        return Stream.of(ours, spool, Stream.of(settings))
                .flatMap(lines -> lines)
                .toList();
    }

    private static List<String> ingest(String... arguments) {
        JavaCommand java = JavaCommand.small("-Xmx128m");
        String jar = System.getProperty("mailtide.jar");
        return jar == null ? java.main(Main.class, arguments) : java.jar(jar, arguments);
    }

    int port() {
        return port;
    }

    /** Where bodies are posted to, secret included. */
    String path() {
        return "/webhooks/main/" + SECRET;
    }

    /** One who may post to it. */
    Sender sender() {
        return new Sender(port, path());
    }

    /** A number that Linux tells of the process: {@code Threads}, or kilobytes such as {@code VmRSS}. */
    long status(String field) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(field + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .sum();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    int exitCode(Duration within) throws InterruptedException, IOException {
        assertThat(process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS))
                .as("ended within " + within + ":\n" + log())
                .isTrue();
        return process.exitValue();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
