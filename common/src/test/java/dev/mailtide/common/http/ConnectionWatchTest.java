package dev.mailtide.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.http.HttpShell.Address;
import dev.mailtide.common.http.HttpShell.Listener;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Connections that take and give nothing are cut, and those that work are not. */
class ConnectionWatchTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final String REQUEST = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

    @AutoClose
    private final Meters meters = new Meters();

    /** More than the buffers of a connection hold. */
    private static final byte[] LARGE = new byte[30_000_000];

    private final CountDownLatch mayAnswer = new CountDownLatch(1);

    @Test
    void a_head_that_comes_a_byte_at_a_time_is_cut_though_the_connection_is_never_idle() throws Exception {
        try (HttpShell shell = start(new HttpLimits(100, SHORT, LONG, 8_192, 16));
                Socket client = connect(shell)) {
            await().atMost(SOON).until(() -> isCutAfter(client, "x"));
            assertThat(metric("mailtide_http_cut_total{reason=\"head-too-slow\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_second_head_on_the_same_connection_has_the_same_limit() throws Exception {
        try (HttpShell shell = start(new HttpLimits(100, SHORT, LONG, 8_192, 16));
                Socket client = connect(shell)) {
            ask(client);
            await().atMost(SOON).until(() -> isCutAfter(client, "x"));
            assertThat(metric("mailtide_http_cut_total{reason=\"head-too-slow\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_connection_between_two_requests_is_cut_when_it_is_idle_for_too_long() throws Exception {
        try (HttpShell shell = start(new HttpLimits(100, LONG, SHORT, 8_192, 16));
                Socket client = connect(shell)) {
            ask(client);
            assertThat(client.getInputStream().read()).isNegative();
            assertThat(metric("mailtide_http_cut_total{reason=\"idle\"}")).isEqualTo(1);
        }
    }

    @Test
    void a_request_that_waits_for_its_answer_is_not_cut() throws Exception {
        try (HttpShell shell = start(new HttpLimits(100, SHORT, SHORT, 8_192, 16));
                Socket waiting = connect(shell);
                Socket idle = connect(shell)) {
            send(waiting, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            ask(idle);
            // When the idle one is gone, the other has waited for as long.
            assertThat(idle.getInputStream().read()).isNegative();
            mayAnswer.countDown();
            assertThat(new String(waiting.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void clients_that_do_not_read_their_answers_are_cut_and_give_their_threads_back() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (HttpShell shell = start(new HttpLimits(100, SHORT, LONG, 8_192, 16))) {
            for (int i = 0; i < 8; i++) {
                clients.add(connect(shell));
                send(clients.get(i), "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            await().atMost(SOON).until(() -> metric("mailtide_http_cut_total{reason=\"answer-not-read\"}") == 8);
            try (Socket client = connect(shell)) {
                ask(client);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void many_clients_that_leave_in_the_middle_of_a_request_at_once_cost_no_thread_each() throws Exception {
        try (HttpShell shell = start(HttpLimits.DEFAULT)) {
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                clients.add(connect(shell));
                send(clients.get(i), "GET /li");
            }
            await().atMost(SOON).until(() -> metric("mailtide_http_connections") == 1_000);
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            long startedBefore = threads.getTotalStartedThreadCount();
            for (Socket client : clients) {
                client.close();
            }
            await().atMost(SOON).until(() -> metric("mailtide_http_connections") == 0);
            assertThat(threads.getTotalStartedThreadCount() - startedBefore).isLessThan(100);
        }
    }

    @Test
    void connections_beyond_the_greatest_number_are_closed_and_counted() throws Exception {
        List<Socket> clients = new ArrayList<>();
        try (HttpShell shell = start(new HttpLimits(10, LONG, LONG, 8_192, 16))) {
            for (int i = 0; i < 9; i++) {
                clients.add(connect(shell));
                ask(clients.get(i));
            }
            clients.add(connect(shell));
            try (Socket tooMany = connect(shell)) {
                assertThat(isCutAfter(tooMany, REQUEST)).isTrue();
            }
            assertThat(metric("mailtide_http_cut_total{reason=\"too-many-connections\"}"))
                    .isEqualTo(1);
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void when_most_connections_are_taken_the_silent_ones_make_room() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (HttpShell shell = start(new HttpLimits(10, LONG, LONG, 8_192, 16))) {
            for (int i = 0; i < 10; i++) {
                silent.add(connect(shell));
            }
            // Once some are gone there is room, and those that came later may stay.
            await().atMost(SOON).until(() -> metric("mailtide_http_cut_total{reason=\"head-too-slow\"}") > 0);
            try (Socket client = connect(shell)) {
                ask(client);
            }
        } finally {
            for (Socket client : silent) {
                client.close();
            }
        }
    }

    @Test
    void while_stopping_every_answer_closes_its_connection_so_that_proxies_move_on() throws Exception {
        try (HttpShell shell = start(HttpLimits.DEFAULT);
                Socket client = connect(shell)) {
            assertThat(ask(client)).doesNotContain("Connection: close");
            shell.lastAnswers(Duration.ZERO);
            send(client, REQUEST);
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK")
                    .contains("Connection: close");
        }
    }

    @Test
    void a_request_in_flight_is_answered_when_the_server_stops() throws Exception {
        HttpShell shell = start(HttpLimits.DEFAULT);
        int port = shell.port();
        try (Socket client = connect(shell)) {
            send(client, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
            await().atMost(SOON).until(() -> arrived);
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(shell::close);
            await().atMost(SOON).until(() -> isRefused(port));
            mayAnswer.countDown();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 200 OK");
            stopped.join();
        }
    }

    private volatile boolean arrived;

    private HttpShell start(HttpLimits limits) {
        Listener listener = new Listener(new Address("127.0.0.1", 0, "test.port"), limits, Optional.empty(), 1_000);
        return HttpShell.start(listener, new Health(), meters, () -> Instant.EPOCH, Optional.empty(), routes -> {
            routes.get("/slow", context -> context.future(this::slowly));
            routes.get("/large", context -> context.result(LARGE));
        });
    }

    private CompletableFuture<Void> slowly() {
        arrived = true;
        return CompletableFuture.runAsync(this::waitUntilItMay);
    }

    private void waitUntilItMay() {
        try {
            mayAnswer.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Socket connect(HttpShell shell) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), shell.port());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends a request and reads its whole answer. */
    private static String ask(Socket client) throws IOException {
        send(client, REQUEST);
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("alive\n") < 0) {
            int next = client.getInputStream().read();
            assertThat(next).isNotNegative();
            answer.append((char) next);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200 OK");
        return answer.toString();
    }

    private static boolean isCutAfter(Socket client, String text) {
        try {
            send(client, text);
            client.setSoTimeout(50);
            return client.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean isRefused(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private long metric(String name) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }
}
