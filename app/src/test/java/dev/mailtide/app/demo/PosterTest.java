package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways in which posting goes wrong. How it goes right is for the whole-system tests to say, with the product. */
class PosterTest {
    private static final InstantSource TIME = InstantSource.system();

    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger answers = new AtomicInteger();
    private final StringWriter err = new StringWriter();
    private HttpServer server = bound();

    @TempDir
    private Path data = Path.of("");

    @BeforeEach
    void start() {
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void what_is_answered_not_now_is_posted_again() throws Exception {
        answering(503, 429, 200);
        Tally tally = post(Duration.ofSeconds(30));
        assertThat(received).containsExactlyInAnyOrder("one", "one", "two", "two");
        assertThat(tally.postedAgain()).isEqualTo(2);
    }

    @Test
    void a_refusal_for_good_stops_and_says_what_to_check() throws Exception {
        for (int status : new int[] {401, 404, 413, 500}) {
            answering(status);
            assertThatThrownBy(() -> post(Duration.ofSeconds(30)))
                    .isInstanceOf(Stop.class)
                    .hasMessageContaining("the webhook answered " + status + ": ")
                    .hasMessageContaining("check")
                    .hasMessageNotContaining("s3cret");
        }
    }

    @Test
    void patience_ends_when_nothing_answers() throws Exception {
        writeUpFile(closedPort());
        assertThatThrownBy(() -> postToUpFile(Duration.ofMillis(700)))
                .isInstanceOf(Stop.class)
                .hasMessageContaining("no post was answered 200")
                .extracting(stop -> ((Stop) stop).exitCode())
                .isEqualTo(1);
    }

    @Test
    void a_restart_under_another_address_is_followed() throws Exception {
        answering(200);
        writeUpFile(closedPort());
        Poster poster = poster(Duration.ofSeconds(30));
        writeUpFile(server.getAddress().getPort());

        Tally tally = poster.postAll(List.of(new UnreadablePost("one")), progress());
        assertThat(received).containsExactly("one");
        assertThat(tally.postedAgain()).isEqualTo(1);
    }

    private Tally post(Duration patience) throws Exception {
        writeUpFile(server.getAddress().getPort());
        return postToUpFile(patience);
    }

    private Tally postToUpFile(Duration patience) throws Exception {
        return poster(patience).postAll(List.of(new UnreadablePost("one"), new UnreadablePost("two")), progress());
    }

    private Poster poster(Duration patience) throws Stop {
        Flight flight = new Flight(HttpClient.newHttpClient());
        return new Poster(flight, Installation.in(data), TIME, new Poster.Limits(2, 0, patience));
    }

    private Progress progress() {
        return new Progress(new PrintWriter(err), Progress.Style.LINE_BY_LINE, TIME);
    }

    /** One answer after the other; the last one stays. */
    private void answering(Integer... statuses) {
        answers.set(0);
        server.removeContext("/webhooks");
        server.createContext("/webhooks", exchange -> answer(exchange, List.of(statuses)));
    }

    private void answer(HttpExchange exchange, List<Integer> statuses) throws IOException {
        received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        int status = statuses.get(Math.min(answers.getAndIncrement(), statuses.size() - 1));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void writeUpFile(int port) throws IOException {
        String up = """
                {"webhookUrl":"http://127.0.0.1:%1$d/webhooks/paubox-main/s3cret","apiUrl":"http://127.0.0.1:%1$d",
                 "apiToken":"mt_x","kafka":"127.0.0.1:%1$d"}""";
        Files.writeString(data.resolve("up.json"), up.formatted(port));
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static HttpServer bound() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/webhooks", HttpExchange::close);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("no port to listen on", e);
        }
    }
}
