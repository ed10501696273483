package dev.mailtide.processor.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.mailtide.common.settings.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.streams.state.HostInfo;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One instance asks another; here the other is a server that does what the test wants. */
class PeerClientTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int MEBIBYTE = 1024 * 1024;

    private final PeerClient client = new PeerClient(new Secret("internal-secret-of-the-test"));
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch released = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        released.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.close();
    }

    @Test
    void what_the_holder_decides_is_passed_on_as_it_is() {
        serve(200, "active", "{\"a\":\"ü\"}");
        assertThat(ask())
                .isEqualTo(Heard.decided(new Reply(200, "application/json", "{\"a\":\"ü\"}", Reply.Holder.ACTIVE)));
    }

    @Test
    void a_404_counts_only_if_the_holder_says_that_it_is_one() {
        serve(404, "active", "{}");
        assertThat(ask().outcome()).isEqualTo(Outcome.ACTIVE);
    }

    @Test
    void a_404_of_somebody_who_does_not_know_the_question_is_no_answer() {
        serve(404, "", "{}");
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.UNREADABLE));
    }

    @Test
    void an_error_of_the_other_is_no_answer() {
        serve(500, "active", "{}");
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.UNREADABLE));
    }

    @Test
    void one_that_takes_the_question_to_be_wrong_is_not_one_that_cannot_be_read() {
        serve(400, "", "{}");
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.BAD_QUESTION));
    }

    @Test
    void one_that_holds_nothing_of_it_says_so() {
        serve(503, "", "{}");
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.NOT_HERE));
    }

    @Test
    void one_with_another_secret_refuses() {
        serve(401, "", "{}");
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.REFUSED));
    }

    @Test
    void the_secret_goes_with_the_question() {
        List<String> shown = new ArrayList<>();
        server.createContext("/", exchange -> {
            shown.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestURI());
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        assertThat(ask().outcome()).isEqualTo(Outcome.NOT_HERE);
        assertThat(shown).containsExactly("Bearer internal-secret-of-the-test /internal/v1/x%2Fy?a=b");
    }

    @Test
    void an_answer_of_8_mebibytes_is_taken_and_a_longer_one_is_cut_off() {
        serve(200, "active", "x".repeat(8 * MEBIBYTE));
        assertThat(ask().outcome()).isEqualTo(Outcome.ACTIVE);
        server.removeContext("/");
        serve(200, "active", "x".repeat(8 * MEBIBYTE + 1));
        assertThat(ask()).isEqualTo(Heard.failed(Outcome.TOO_LARGE));
    }

    @Test
    void one_that_is_not_there_gives_no_answer() {
        HostInfo nobody = address();
        server.stop(0);
        assertThat(client.ask(nobody, "/x", SOON).join()).isEqualTo(Heard.failed(Outcome.NO_ANSWER));
        assertThat(client.ask(new HostInfo("no such host", 1), "/x", SOON).join())
                .isEqualTo(Heard.failed(Outcome.NO_ANSWER));
    }

    @Test
    void one_that_hangs_is_not_waited_for() {
        hang();
        long begun = System.nanoTime();
        Heard heard = client.ask(address(), "/x", Duration.ofMillis(300)).join();
        assertThat(heard).isEqualTo(Heard.failed(Outcome.NO_ANSWER));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(250), SOON);
    }

    @Test
    void one_that_hangs_after_the_first_bytes_is_not_waited_for_either() {
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add(Reply.Holder.HEADER, "active");
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[10]);
            exchange.getResponseBody().flush();
            await(released);
        });
        assertThat(client.ask(address(), "/x", Duration.ofMillis(300)).join())
                .isEqualTo(Heard.failed(Outcome.NO_ANSWER));
    }

    @Test
    void sixteen_open_questions_to_one_are_enough_and_they_leave_room_when_they_end() {
        hang();
        List<CompletableFuture<Heard>> open = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            open.add(client.ask(address(), "/x", Duration.ofSeconds(2)));
        }
        assertThat(client.ask(address(), "/x", SOON).join()).isEqualTo(Heard.failed(Outcome.BUSY));
        assertThat(open.stream().map(CompletableFuture::join)).containsOnly(Heard.failed(Outcome.NO_ANSWER));
        server.removeContext("/");
        serve(200, "active", "{}");
        assertThat(ask().outcome()).isEqualTo(Outcome.ACTIVE);
    }

    @Test
    void four_of_the_longest_answers_are_heard_at_once_and_there_is_room_again_when_they_end() {
        server.createContext("/long", exchange -> {
            exchange.getResponseHeaders().add(Reply.Holder.HEADER, "active");
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 8 * MEBIBYTE);
            try (exchange) {
                exchange.getResponseBody().write(new byte[8 * MEBIBYTE - 1]);
                exchange.getResponseBody().flush();
                await(released);
                exchange.getResponseBody().write(0);
            }
        });
        serve(200, "active", "more than is left");
        List<CompletableFuture<Heard>> open = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            open.add(client.ask(address(), "/long", SOON));
        }
        Awaitility.await().atMost(SOON).until(() -> ask().outcome() == Outcome.BUSY);
        released.countDown();
        assertThat(open.stream().map(CompletableFuture::join).map(Heard::outcome))
                .containsOnly(Outcome.ACTIVE);
        assertThat(ask().outcome()).isEqualTo(Outcome.ACTIVE);
    }

    @Test
    void what_cannot_be_sent_leaves_room_for_the_next_question_too() {
        client.close();
        for (int i = 0; i < 33; i++) {
            assertThat(ask()).isEqualTo(Heard.failed(Outcome.NO_ANSWER));
        }
    }

    private void hang() {
        server.createContext("/", exchange -> await(released));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(int status, String holder, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (!holder.isEmpty()) {
                exchange.getResponseHeaders().add(Reply.Holder.HEADER, holder);
            }
            exchange.sendResponseHeaders(status, bytes.length);
            try (exchange) {
                exchange.getResponseBody().write(bytes);
            }
        });
    }

    private Heard ask() {
        return client.ask(address(), "/internal/v1/x%2Fy?a=b", SOON).join();
    }

    private HostInfo address() {
        return new HostInfo("127.0.0.1", server.getAddress().getPort());
    }
}
