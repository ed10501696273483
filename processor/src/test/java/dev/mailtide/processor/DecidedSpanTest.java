package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances; at the address of one of them a server listens that writes down what it is asked, and answers. */
class DecidedSpanTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final byte[] ANSWER = "{\"from\":\"another instance\"}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Test
    void another_instance_is_asked_for_the_span_that_was_decided_and_not_for_what_the_user_said() throws Exception {
        HttpServer listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        listener.createContext("/", this::answer);
        listener.start();
        try (TwoInstances both = new TwoInstances(folder)) {
            ProcessorService first = both.start("one", "data-1");
            ProcessorService second =
                    both.start("two", "data-2", listener.getAddress().getPort());
            both.awaitReady(first);
            both.awaitReady(second);
            await().atMost(SOON).until(() -> isPassedOn(both, first));
        } finally {
            listener.stop(0);
        }
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0))
                .matches("/internal/v1/domains/clinic-[0-9]+\\.example/series\\?bucket=hour"
                        + "&from=2026-04-11T00:00:00\\.000Z&to=2026-04-18T00:00:00\\.000Z");
    }

    /** Whether one of these domains is counted by the second instance, by what the first one knows; asks for no more. */
    private boolean isPassedOn(TwoInstances both, ProcessorService first) throws IOException, InterruptedException {
        for (String domain :
                IntStream.range(0, 32).mapToObj(n -> "clinic-" + n + ".example").toList()) {
            HttpResponse<String> answer =
                    both.ask(first, "/v1/domains/" + domain + "/series?bucket=hour&to=2026-04-18");
            if (answer.statusCode() == 200) {
                assertThat(answer.body().getBytes(StandardCharsets.UTF_8)).isEqualTo(ANSWER);
                return true;
            }
        }
        return false;
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("Mailtide-Holder", "active");
        exchange.sendResponseHeaders(200, ANSWER.length);
        try (exchange) {
            exchange.getResponseBody().write(ANSWER);
        }
    }
}
