package dev.mailtide.testkit.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The query API as somebody with a token asks it. Safe for several threads. */
public final class Api {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int PAGES_MAX = 10_000;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String root;
    private final String token;

    /**
     * Nothing is asked yet.
     *
     * @param root such as {@code http://127.0.0.1:8081}
     * @param token sees everything
     */
    public Api(String root, String token) {
        this.root = root;
        this.token = token;
    }

    /**
     * Waits until everything that was appended before this time is counted, and stands in the read model.
     *
     * @param domain of a sender, any one
     */
    public void awaitCounted(Instant appendedBefore, String domain, Duration patience) {
        for (String path : List.of("/v1/domains?limit=1", "/v1/events?limit=1&domain=" + domain)) {
            await().atMost(patience)
                    .pollInterval(Duration.ofMillis(500))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        JsonNode answer = parse(text(path, "application/json"));
                        assertThat(answer.has("partial") || answer.has("stale"))
                                .as(path)
                                .isFalse();
                        assertThat(Instant.parse(answer.get("asOf").asText())).isAfter(appendedBefore);
                    });
        }
    }

    /** The answer, which has to be a whole one. */
    JsonNode json(String path) {
        return parsed(path, text(path, "application/json"));
    }

    /** The same in another form. */
    String text(String path, String form) {
        return body(path, request(path).header("Accept", form).build());
    }

    /** The lines of an answer in another form, as they come; to be closed. */
    Stream<String> lines(String path, String form) {
        HttpRequest request = request(path).header("Accept", form).build();
        HttpResponse<Stream<String>> answer = sent(path, request, HttpResponse.BodyHandlers.ofLines());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        assertThat(answer.headers().firstValue("Mailtide-Partial"))
                .as("partial: %s", path)
                .isEmpty();
        return answer.body();
    }

    /** What is answered to somebody who posts this. */
    JsonNode posted(String path, JsonNode body) {
        HttpRequest.BodyPublisher sent = HttpRequest.BodyPublishers.ofString(body.toString());
        return parsed(path, body(path, request(path).POST(sent).build()));
    }

    /** All entries of a list, page by page. */
    List<JsonNode> pages(String path, String list) {
        List<JsonNode> all = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = json(path + cursor);
            page.get(list).forEach(all::add);
            JsonNode next = page.get("nextCursor");
            cursor = next.isNull() ? "" : "&cursor=" + encoded(next.textValue());
            pages++;
            assertThat(pages).as("pages of %s", path).isLessThan(PAGES_MAX);
        } while (!cursor.isEmpty());
        return all;
    }

    /** For a path or a query. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(root + path))
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + token);
    }

    private String body(String path, HttpRequest request) {
        HttpResponse<String> answer = sent(path, request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isEqualTo(200);
        return answer.body();
    }

    private <T> HttpResponse<T> sent(String path, HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking " + path, e);
        }
    }

    private static JsonNode parsed(String path, String body) {
        JsonNode answer = parse(body);
        assertThat(answer.path("partial").asBoolean()).as("partial: %s", path).isFalse();
        return answer;
    }

    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(json, e);
        }
    }
}
