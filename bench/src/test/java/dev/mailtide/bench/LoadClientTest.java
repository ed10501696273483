package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The load generator against a real HTTP shell, and against servers that do not answer as they should. */
class LoadClientTest {

    private static final List<byte[]> BODIES = Bodies.of(800, 1);

    private final AtomicInteger received = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @AutoClose
    private final Meters meters = new Meters();

    @Test
    void every_200_is_a_request_that_the_server_has_read_whole() throws Exception {
        try (HttpShell shell = shell(routes -> routes.post("/in", this::take))) {
            Slice slice = LoadClient.run(load(shell.port(), 8, 0), BODIES, () -> Duration.ZERO);
            assertThat(slice.acked()).isEqualTo(received.get()).isGreaterThan(slice.units());
            assertThat(slice.units()).isPositive();
            assertThat(slice.refused() + slice.unanswered()).isZero();
            assertThat(BODIES.stream().map(LoadClientTest::text)).containsAll(seen);
        }
    }

    @Test
    void bodies_that_the_sockets_cannot_take_at_once_arrive_whole() throws Exception {
        List<byte[]> large = List.of(new byte[5_000_000]);
        AtomicInteger whole = new AtomicInteger();
        try (HttpShell shell = shell(routes -> routes.post("/in", context -> {
            if (context.bodyAsBytes().length == 5_000_000) {
                whole.incrementAndGet();
            }
        }))) {
            Slice slice = LoadClient.run(load(shell.port(), 4, 0), large, () -> Duration.ZERO);
            assertThat(slice.acked()).isEqualTo(whole.get()).isPositive();
            assertThat(slice.refused() + slice.unanswered()).isZero();
        }
    }

    @Test
    void what_is_answered_with_another_status_is_refused_and_not_in_the_rate() throws Exception {
        try (HttpShell shell = shell(routes -> routes.post("/in", context -> {
            received.incrementAndGet();
            context.status(503).result("busy");
        }))) {
            Slice slice = LoadClient.run(load(shell.port(), 4, 0), BODIES, () -> Duration.ZERO);
            assertThat(slice.refused()).isEqualTo(received.get()).isPositive();
            assertThat(slice.acked()).isZero();
            assertThat(slice.units()).isZero();
        }
    }

    @Test
    void an_open_loop_sends_at_its_rate() throws Exception {
        try (HttpShell shell = shell(routes -> routes.post("/in", this::take))) {
            Load load = new Load(at(shell.port()), "/in", 8, 200, Duration.ZERO, Duration.ofSeconds(1));
            Slice slice = LoadClient.run(load, BODIES, () -> Duration.ZERO);
            assertThat(slice.acked()).isEqualTo(received.get()).isBetween(190L, 210L);
        }
    }

    @Test
    void a_server_that_closes_after_each_answer_is_connected_to_again() throws Exception {
        try (HttpShell shell = shell(routes -> routes.post("/in", context -> {
            take(context);
            context.header("Connection", "close");
        }))) {
            Slice slice = LoadClient.run(load(shell.port(), 2, 0), BODIES, () -> Duration.ZERO);
            assertThat(slice.acked()).isEqualTo(received.get()).isGreaterThan(10);
            assertThat(slice.unanswered()).isZero();
        }
    }

    @Test
    void half_an_answer_is_none() throws Exception {
        try (BrokenServer server = new BrokenServer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")) {
            Slice slice = LoadClient.run(load(server.port(), 2, 0), BODIES, () -> Duration.ZERO);
            assertThat(slice.acked()).isZero();
            assertThat(slice.unanswered()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void where_nobody_listens_nothing_is_answered_and_the_run_still_ends() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        assertThat(LoadClient.run(load(port, 2, 0), BODIES, () -> Duration.ZERO).acked())
                .isZero();
    }

    @Test
    void a_run_ends_when_its_thread_is_interrupted() throws Exception {
        try (HttpShell shell = shell(routes -> routes.post("/in", this::take))) {
            Load load = new Load(at(shell.port()), "/in", 2, 0, Duration.ZERO, Duration.ofHours(1));
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> LoadClient.run(load, BODIES, () -> Duration.ZERO));
        }
    }

    private void take(Context context) {
        seen.add(text(context.bodyAsBytes()));
        received.incrementAndGet();
    }

    private HttpShell shell(java.util.function.Consumer<RoutesConfig> routes) {
        return HttpShell.start(new HttpShell.Address("127.0.0.1", 0, "port"), new Health(), meters, 6_000_000, routes);
    }

    private static Load load(int port, int connections, long perSecond) {
        return new Load(at(port), "/in", connections, perSecond, Duration.ofMillis(200), Duration.ofMillis(500));
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.US_ASCII);
    }

    /** Answers every connection with the same bytes as soon as something comes, and closes it. */
    private static final class BrokenServer implements AutoCloseable {

        private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final String answer;

        BrokenServer(String answer) throws IOException {
            this.answer = answer;
            Thread thread = new Thread(this::serve, "broken-server");
            thread.setDaemon(true);
            thread.start();
        }

        private void serve() {
            while (!socket.isClosed()) {
                try (Socket connection = socket.accept();
                        InputStream in = connection.getInputStream()) {
                    assertThat(in.read()).isPositive();
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    assertThat(e).isNotNull();
                }
            }
        }

        int port() {
            return socket.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
