package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two instances, each with a part of everything, at rest: every question has the same bytes from both, in every form. Only
 * times from after the last event may differ, which are those up to which each knows everything to be counted.
 */
class SameAnswersTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TIME = Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z");
    private static final List<String> DOMAINS =
            IntStream.range(10, 26).mapToObj(n -> "clinic-" + n + ".example").toList();
    private static final String A = DOMAINS.get(0);
    private static final int EVENTS_OF_EACH = 4;

    /** What is asked by each route. */
    private static final Map<String, List<String>> QUESTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry(
                    "GET /v1/domains",
                    List.of(
                            "/v1/domains",
                            "/v1/domains?sort=volume&limit=5",
                            "/v1/domains?search=-1",
                            "/v1/domains?x=1")),
            Map.entry("GET /v1/domains/{domain}", ofEach("/v1/domains/%s")),
            Map.entry(
                    "GET /v1/domains/{domain}/series",
                    ofEach("/v1/domains/%s/series?bucket=hour&from=2026-04-18&to=2026-04-20")),
            Map.entry("GET /v1/messages/<messageId>", ofEach("/v1/messages/m%%2F1?domain=%s")),
            Map.entry(
                    "GET /v1/bodies",
                    IntStream.range(0, 8)
                            .mapToObj(partition -> "/v1/bodies?domain=" + A + "&messageId=m/1&at=" + partition + ":0")
                            .toList()),
            Map.entry(
                    "GET /v1/events",
                    Stream.concat(
                                    Stream.of(
                                            "/v1/events",
                                            "/v1/events?limit=7",
                                            "/v1/events?type=bouncedHard",
                                            "/v1/events?to=x"),
                                    ofEach("/v1/events?domain=%s").stream())
                            .toList()),
            Map.entry(
                    "GET /v1/suppressions",
                    Stream.concat(Stream.of("/v1/suppressions"), ofEach("/v1/suppressions?domain=%s").stream())
                            .toList()),
            Map.entry("GET /v1/topics", List.of("/v1/topics", "/v1/topics?limit=3", "/v1/topics?domain=" + A)),
            Map.entry("GET /v1/dead-letters", List.of("/v1/dead-letters", "/v1/dead-letters?limit=1")),
            Map.entry("GET /v1/sources", List.of("/v1/sources")),
            Map.entry("GET /v1/definitions", List.of("/v1/definitions")),
            Map.entry("GET /v1/session", List.of("/v1/session")),
            Map.entry("GET /openapi.yaml", List.of("/openapi.yaml")),
            Map.entry("GET /asyncapi.yaml", List.of("/asyncapi.yaml"))));

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TwoInstances both;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService first;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService second;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static Instant atRest;

    private static List<String> ofEach(String path) {
        return Stream.concat(DOMAINS.stream(), Stream.of("never.example"))
                .map(path::formatted)
                .toList();
    }

    @BeforeAll
    static void start() throws Exception {
        both = new TwoInstances(folder);
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        both.awaitReady(second);
        for (String domain : DOMAINS) {
            String from = "care@" + domain;
            both.raw(PauboxBodies.delivered("m/1", from, "pat@gmail.com", "2026-04-18T20:27:25.379Z"));
            both.raw(PauboxBodies.opened("m/1", from, "pat@gmail.com", "2026-04-18T21:27:25.379Z"));
            both.raw(PauboxBodies.hardBounced("m/1", from, "kim@gmail.com", "2026-04-18T20:27:25.379Z"));
            both.raw(PauboxBodies.hardBounced("m/2", from, "kim@outlook.com", "2026-04-19T20:27:25.379Z"));
        }
        both.raw("no json");
        both.raw("[]");
        both.record(
                both.topics().sourceStatus().name(),
                "paubox-main|one",
                "{\"source\":\"paubox-main\",\"instance\":\"one\",\"countedSince\":\"2026-04-18T00:00:00.000Z\","
                        + "\"lastSeenAt\":\"2026-04-18T20:27:26.001Z\",\"accepted\":3,\"refused\":{\"wrong-secret\":2},"
                        + "\"spoolWaiting\":1}");
        atRest = Instant.now();
        for (ProcessorService one : List.of(first, second)) {
            await().atMost(SOON).ignoreExceptions().until(() -> isAtRest(one));
        }
    }

    /** Everything is counted and read, and known to be so. */
    private static boolean isAtRest(ProcessorService one) throws Exception {
        for (String path :
                List.of("/v1/domains", "/v1/events?limit=1000", "/v1/topics", "/v1/dead-letters", "/v1/sources")) {
            JsonNode answer = JSON.readTree(both.ask(one, path).body());
            if (answer.has("partial")
                    || answer.has("stale")
                    || !Instant.parse(answer.path("asOf").asText()).isAfter(atRest)) {
                return false;
            }
        }
        return size(one, "/v1/domains", "domains") == DOMAINS.size()
                && size(one, "/v1/events?limit=1000", "events") == DOMAINS.size() * EVENTS_OF_EACH
                && size(one, "/v1/topics", "topics") == DOMAINS.size()
                && size(one, "/v1/dead-letters", "deadLetters") == 2
                && size(one, "/v1/sources", "sources") == 1
                && DOMAINS.stream().allMatch(domain -> isSuppressed(one, domain));
    }

    private static int size(ProcessorService one, String path, String list) throws Exception {
        return JSON.readTree(both.ask(one, path).body()).path(list).size();
    }

    private static boolean isSuppressed(ProcessorService one, String domain) {
        try {
            JsonNode answer = JSON.readTree(
                    both.ask(one, "/v1/suppressions?domain=" + domain).body());
            return answer.path("suppressions").size() == 2 && !answer.has("partial");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterAll
    static void stop() {
        both.close();
    }

    @Test
    void every_question_is_asked_here() {
        List<String> routes = first.routes().stream()
                .filter(route -> route.startsWith("GET "))
                .filter(route -> !route.contains(" /internal/") && !route.contains(" /dashboard/"))
                // About the process, a file of the jar, or without an end.
                .filter(route -> !List.of("GET /", "GET /livez", "GET /readyz", "GET /metrics", "GET /v1/live")
                        .contains(route))
                .filter(route -> !route.startsWith("GET /schemas/"))
                .toList();
        assertThat(QUESTIONS.keySet()).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void each_holds_a_part_and_lacks_another() throws Exception {
        for (ProcessorService one : List.of(first, second)) {
            assertThat(both.metric(one, "mailtide_processor_read_model_events_total"))
                    .isBetween(1.0, (double) DOMAINS.size() * EVENTS_OF_EACH - 1);
            long held = 0;
            for (String domain : DOMAINS) {
                HttpResponse<String> part =
                        both.get(one, "/internal/v1/domains/" + domain, TwoInstances.INTERNAL_SECRET);
                held += part.headers().firstValue("Mailtide-Holder").filter("active"::equals).stream()
                        .count();
            }
            assertThat(held).isBetween(1L, DOMAINS.size() - 1L);
        }
    }

    static List<String> questions() {
        return QUESTIONS.values().stream().flatMap(List::stream).toList();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void whichever_is_asked_answers_with_the_same_bytes(String path) throws Exception {
        for (String form : List.of("application/json", "text/csv", "application/x-ndjson")) {
            assertThat(seen(both.ask(first, path, "Accept", form)))
                    .as(form)
                    .isEqualTo(seen(both.ask(second, path, "Accept", form)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kim@gmail.com", "pat@gmail.com", "nobody@nowhere.example"})
    void whichever_is_searched_or_checked_answers_with_the_same_bytes(String address) throws Exception {
        for (String domain : DOMAINS) {
            String search = "{\"domain\":\"" + domain + "\",\"address\":\"" + address + "\"}";
            String check = "{\"domain\":\"" + domain + "\",\"addresses\":[\"" + address + "\",\"kim@outlook.com\"]}";
            assertThat(seen(both.post(first, "/v1/events/search", search)))
                    .isEqualTo(seen(both.post(second, "/v1/events/search", search)));
            assertThat(seen(both.post(first, "/v1/suppressions/check", check)))
                    .isEqualTo(seen(both.post(second, "/v1/suppressions/check", check)))
                    .contains("\"suppress\":true");
        }
    }

    /** Status, type, what the headers say of the answer, and the body. */
    private static String seen(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isNotIn(500, 503);
        StringBuilder seen = new StringBuilder().append(answer.statusCode());
        for (String name : List.of(
                "content-type",
                "cache-control",
                "mailtide-as-of",
                "mailtide-stale",
                "mailtide-partial",
                "mailtide-next-cursor")) {
            seen.append(' ').append(answer.headers().firstValue(name).orElse("-"));
        }
        assertThat(seen).doesNotContain("true");
        return TIME.matcher(seen.append('\n').append(answer.body()).toString())
                .replaceAll(time -> Instant.parse(time.group()).isAfter(atRest) ? "now" : time.group());
    }
}
