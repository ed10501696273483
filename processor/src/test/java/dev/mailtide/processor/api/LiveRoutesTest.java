package dev.mailtide.processor.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.http.HttpLimits;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live stream while Kafka takes connections and says nothing. */
class LiveRoutesTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    /** Jetty takes some of them to select and accept. */
    private static final int HTTP_THREADS = 8;

    private static final int READERS_MAX = 24;
    private static final int OF_A_TOKEN_MAX = 16;

    private final Meters meters = new Meters();
    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private ServerSocket silentBroker;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private LiveRoutes live;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpShell shell;

    @BeforeEach
    void start() throws IOException {
        silentBroker = new ServerSocket(0);
        live = new LiveRoutes(
                KafkaAccess.at("127.0.0.1:" + silentBroker.getLocalPort()),
                "email.events.v1",
                EventPolicy.KEEP_ALL,
                () -> Optional.of(Instant.EPOCH),
                new IdentityKey(new byte[IdentityKey.BYTES]),
                meters);
        HttpShell.Listener listener = new HttpShell.Listener(
                new HttpShell.Address("127.0.0.1", 0, "test.port"),
                new HttpLimits(100, Duration.ofSeconds(10), Duration.ofSeconds(75), 8_192, HTTP_THREADS),
                Optional.empty(),
                100);
        shell = HttpShell.start(listener, new Health(), meters, () -> Instant.EPOCH, Optional.empty(), javalin -> {
            javalin.before(request -> Caller.set(
                    request,
                    new AnyCaller(Optional.ofNullable(request.header("Token")).orElse("nobody"))));
            live.addTo(javalin);
        });
    }

    @AfterEach
    void stop() throws IOException {
        live.close();
        shell.close();
        meters.close();
        silentBroker.close();
    }

    @Test
    void readers_that_wait_for_a_silent_broker_hold_up_nobody_else_and_are_told_to_come_again() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> readers = new ArrayList<>();
        for (int n = 0; n < OF_A_TOKEN_MAX; n++) {
            readers.add(http.sendAsync(live("one"), BodyHandlers.ofString()));
        }
        await().atMost(SOON).until(() -> meters.scrape().contains("mailtide_processor_live_readers 16.0"));
        assertThat(http.send(live("one"), BodyHandlers.ofString()).body())
                .contains("urn:mailtide:problem:too-many-readers");
        for (int n = OF_A_TOKEN_MAX; n < READERS_MAX; n++) {
            readers.add(http.sendAsync(live("two"), BodyHandlers.ofString()));
        }
        await().atMost(SOON).until(() -> meters.scrape().contains("mailtide_processor_live_readers 24.0"));
        assertThat(http.send(request("/livez"), BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
        HttpResponse<String> oneMore = http.send(live("three"), BodyHandlers.ofString());
        assertThat(oneMore.statusCode()).isEqualTo(503);
        assertThat(oneMore.body()).contains("urn:mailtide:problem:too-many-readers");
        assertThat(meters.scrape()).contains("mailtide_processor_live_turned_away_total 2.0");
        assertThat(readers).noneMatch(CompletableFuture::isDone);
        for (CompletableFuture<HttpResponse<String>> reader : readers) {
            assertThat(reader.get().statusCode()).isEqualTo(503);
            assertThat(reader.get().body()).contains("urn:mailtide:problem:kafka-away");
        }
        await().atMost(SOON).until(() -> meters.scrape().contains("mailtide_processor_live_readers 0.0"));
    }

    private HttpRequest live(String token) {
        return HttpRequest.newBuilder(request("/v1/live"), (name, value) -> true)
                .header("Token", token)
                .build();
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + shell.port() + path))
                .timeout(SOON)
                .build();
    }
}
