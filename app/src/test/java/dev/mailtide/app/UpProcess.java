package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fault.JavaCommand;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;

/** A real {@code mailtide up} in a process of its own, started from the packaged jar, to be stopped or killed. */
final class UpProcess implements AutoCloseable {

    static final Duration START_MAX = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path folder;
    private final int ports;
    private Process process;

    UpProcess(Path folder) throws IOException {
        this.folder = folder;
        this.ports = fourFreePorts();
        this.process = launch("up", "--data", data().toString(), "--ports", Integer.toString(ports));
        awaitReady();
    }

    Path data() {
        return folder.resolve("data");
    }

    /** Runs another role of the jar beside it. */
    Process launch(String... arguments) throws IOException {
        List<String> command =
                JavaCommand.small("-Xmx512m").jar(System.getProperty("mailtide.jar", "target/mailtide.jar"), arguments);
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(arguments[0] + ".out").toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(arguments[0] + ".err").toFile()))
                .start();
    }

    void restart() throws IOException {
        process = launch("up", "--data", data().toString(), "--ports", Integer.toString(ports));
        awaitReady();
    }

    private void awaitReady() throws IOException {
        try {
            await().atMost(START_MAX).ignoreException(IOException.class).until(() -> !process.isAlive() || isReady());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("not ready within " + START_MAX + ":\n" + log(), e);
        }
        assertThat(process.isAlive()).as("up is running; its log:\n" + log()).isTrue();
    }

    private boolean isReady() throws IOException, InterruptedException {
        return Files.exists(data().resolve("up.json"))
                && up().get("pid").longValue() == process.pid()
                && status("/readyz") == 200;
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("up.err"));
    }

    /**
     * The first of four. Below the range from which outgoing connections get their ports: there, a client that keeps trying
     * while nobody listens may meet itself, and hold the port. Each JVM begins at another place, since tests run side by side
     * and ports are only taken when what is started binds them.
     */
    private static int fourFreePorts() {
        int begin = (int) (ProcessHandle.current().pid() % 2_500);
        return IntStream.range(0, 2_500)
                .map(block -> 20_000 + (begin + block) % 2_500 * 4)
                .filter(first -> IntStream.range(first, first + 4).allMatch(UpProcess::isFree))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** SIGTERM, as an operator or a supervisor sends it; the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as("stopped within 30 s")
                .isTrue();
        return process.exitValue();
    }

    JsonNode up() throws IOException {
        return JSON.readTree(Files.readString(data().resolve("up.json")));
    }

    int post(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(up().get("webhookUrl").textValue()))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** As somebody who has a wrong URL; the status that is answered. */
    int postWithWrongSecret() throws IOException, InterruptedException {
        String url = up().get("webhookUrl").textValue();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(url.substring(0, url.lastIndexOf('/') + 1) + "wrong-secret-0123456789"))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** The same with another token than that of the settings. */
    int statusWith(String token, String path) throws IOException, InterruptedException {
        return get(token, path).statusCode();
    }

    int status(String path) throws IOException, InterruptedException {
        return get(path).statusCode();
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JSON.readTree(get(path).body());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(up().get("apiToken").textValue(), path);
    }

    private HttpResponse<String> get(String token, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(up().get("apiUrl").textValue() + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(10))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
