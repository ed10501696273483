package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.JavaCommand;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForegroundTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void a_second_signal_ends_at_once_with_1_and_the_first_is_told_to_the_proxies() throws Exception {
        int port = EmbeddedBroker.freePort();
        Path settings =
                Files.writeString(folder.resolve("mailtide.yaml"), """
                ingest.port: %d
                ingest.sources: paubox-main
                ingest.stop-grace: 10s
                source.paubox-main.secret: second-signal-secret
                spool.dir: "%s"
                kafka.bootstrap.servers: 127.0.0.1:1
                """.formatted(port, folder.resolve("spool")));
        Path said = folder.resolve("said");
        Process ingest = new ProcessBuilder(
                        JavaCommand.small().main(Main.class, "ingest", "--config", settings.toString()))
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            await().atMost(SOON).until(() -> status(port, "/readyz") == 200);
            ingest.destroy();
            await().atMost(SOON).until(() -> status(port, "/readyz") == 503);
            await().atMost(SOON).until(() -> {
                ingest.destroy();
                return !ingest.isAlive();
            });
            assertThat(ingest.exitValue()).as(Files.readString(said)).isEqualTo(1);
            assertThat(said).content().contains("told to end a second time");
        } finally {
            ingest.destroyForcibly();
        }
    }

    private int status(int port, String path) throws InterruptedException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notThere) {
            return 0;
        }
    }
}
