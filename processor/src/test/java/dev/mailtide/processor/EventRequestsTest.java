package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions to the read model, its topics and its stream: what is expected of them, and in which forms they are answered. */
class EventRequestsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder);
        api.raw(PauboxBodies.delivered("=1+1", "care@a.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
        api.raw(PauboxBodies.hardBounced("@m", "care@a.example", "kim@gmail.com", "2026-04-18T21:00:00Z"));
        api.raw(PauboxBodies.delivered("m-3", "care@b.example", "kim@gmail.com", "2026-04-18T22:00:00Z"));
        await().atMost(RunningApi.SOON)
                .until(() ->
                        api.json("/v1/events", RunningApi.ADMIN).path("events").size() == 3);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /v1/events?domain=no_host domain",
                "GET /v1/events?domain=a.example&domain=a.example once",
                "GET /v1/events?domain=a.example&address=x@y.example parameter",
                "GET /v1/events?domain=a.example&type=read type",
                "GET /v1/events?domain=a.example&recipientKey=x recipientKey",
                "GET /v1/events?domain=a.example&message=00112233445566778899aabbccddeeff parameter",
                "GET /v1/events?domain=a.example&from=yesterday from",
                "GET /v1/events?domain=a.example&from=2026-01-02&to=2026-01-02 before",
                "GET /v1/events?domain=a.example&to=99999-01-01T00:00:00Z to",
                "GET /v1/events?domain=a.example&limit=0 limit",
                "GET /v1/events?domain=a.example&limit=1001 limit",
                "GET /v1/events?domain=a.example&cursor=x cursor",
                "GET /v1/suppressions domain",
                "GET /v1/suppressions?domain=a.example&cursor=x cursor",
                "GET /v1/suppressions?domain=a.example&limit=-1 limit",
                "GET /v1/live?domain=no_host domain",
                "GET /v1/live?since=0 parameter",
                "GET /v1/topics?domain=no_host domain",
                "GET /v1/topics?limit=0 limit",
                "GET /v1/topics?cursor=x cursor",
                "GET /v1/topics?sort=name domain,",
                "POST /v1/events/search?domain=a.example parameters",
                "POST /v1/events/search object",
                "POST /v1/events/search:[] object",
                "POST /v1/events/search:{\"domain\":\"a.example\"} address",
                "POST /v1/events/search:{\"address\":\"a@b.example\"} domain",
                "POST /v1/events/search:{\"domain\":\"a.example\",\"address\":7,\"address\":8} object",
                "POST /v1/events/search:{\"domain\":\"a.example\",\"address\":\"\"} address",
                "POST /v1/events/search:{\"domain\":\"a.example\",\"messageId\":{}} messageId",
                "POST /v1/events/search:{\"domain\":\"a.example\",\"address\":\"a@b.example\",\"limit\":\"all\"} limit",
                "POST /v1/suppressions/check:{\"domain\":\"a.example\"} addresses",
                "POST /v1/suppressions/check:{\"domain\":\"a.example\",\"addresses\":[]} addresses",
                "POST /v1/suppressions/check:{\"domain\":\"a.example\",\"addresses\":[1]} addresses",
                "POST /v1/suppressions/check:{\"addresses\":[\"a@b.example\"]} domain",
            })
    void what_is_not_as_expected_is_told_so(String method, String asked, String expected) throws Exception {
        int colon = asked.indexOf(":{") >= 0 ? asked.indexOf(":{") : asked.indexOf(":[");
        String path = colon < 0 ? asked : asked.substring(0, colon);
        String body = colon < 0 ? "" : asked.substring(colon + 1);
        HttpResponse<String> answer = method.equals("GET") ? api.get(path, RunningApi.ADMIN) : post(path, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("type").asText()).isEqualTo("urn:mailtide:problem:bad-parameter");
        assertThat(JSON.readTree(answer.body()).get("detail").asText()).contains(expected);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return api.send(
                api.request(path, "Authorization", "Bearer " + RunningApi.ADMIN).POST(BodyPublishers.ofString(body)));
    }

    @Test
    void nobody_without_a_token_is_answered_and_an_unknown_domain_has_an_empty_list() throws Exception {
        for (String path : List.of("/v1/events?domain=a.example", "/v1/suppressions?domain=a.example", "/v1/live")) {
            assertThat(api.get(path, "mt_" + "b".repeat(43)).statusCode()).isEqualTo(401);
            assertThat(api.get("/internal" + path, RunningApi.ADMIN).statusCode())
                    .isEqualTo(401);
        }
        JsonNode empty = api.json("/v1/events?domain=never.example", RunningApi.ADMIN);
        assertThat(empty.get("events")).isEmpty();
        assertThat(empty.get("nextCursor").isNull()).isTrue();
    }

    @Test
    void a_csv_of_events_has_the_newest_first_and_no_formula_in_a_cell() throws Exception {
        HttpResponse<String> csv = api.get("/v1/events?domain=a.example", RunningApi.ADMIN, "Accept", "text/csv");
        List<String> lines = csv.body().lines().toList();
        List<String> names = List.of(lines.get(0).split(",", -1));
        assertThat(lines).hasSize(3);
        assertThat(cell(lines.get(1), names, "messageId")).isEqualTo("'@m");
        assertThat(cell(lines.get(1), names, "bounceType")).isEqualTo("hard");
        assertThat(cell(lines.get(2), names, "messageId")).isEqualTo("'=1+1");
        assertThat(cell(lines.get(2), names, "recipient")).isEqualTo("pat@gmail.com");
        assertThat(csv.headers().firstValue("content-type")).contains("text/csv; charset=utf-8; header=present");
        assertThat(csv.headers().firstValue("cache-control")).contains("private, no-store");
        assertThat(csv.headers().firstValue("etag")).isEmpty();
    }

    private static String cell(String line, List<String> names, String name) {
        return List.of(line.split(",", -1)).get(names.indexOf(name));
    }

    @Test
    void with_a_limit_every_form_is_a_page_with_its_cursor_in_a_header_and_a_tag() throws Exception {
        String path = "/v1/events?domain=a.example&limit=1";
        HttpResponse<String> first = api.get(path, RunningApi.ADMIN, "Accept", "application/x-ndjson");
        assertThat(first.body().lines()).hasSize(1);
        String cursor = first.headers().firstValue("mailtide-next-cursor").orElseThrow();
        HttpResponse<String> second =
                api.get(path + "&cursor=" + cursor, RunningApi.ADMIN, "Accept", "application/x-ndjson");
        assertThat(JSON.readTree(second.body()).get("messageId").asText()).isEqualTo("=1+1");
        assertThat(second.headers().firstValue("mailtide-next-cursor")).isEmpty();
        String tag = first.headers().firstValue("etag").orElseThrow();
        assertThat(api.get(path, RunningApi.ADMIN, "Accept", "application/x-ndjson", "If-None-Match", tag)
                        .statusCode())
                .isEqualTo(304);
    }

    @Test
    void a_search_and_a_check_come_in_every_form_and_have_no_tag() throws Exception {
        String search = "{\"domain\":\"a.example\",\"address\":\"kim@gmail.com\"}";
        String check = "{\"domain\":\"a.example\",\"addresses\":[\"kim@gmail.com\",\"pat@gmail.com\"]}";
        for (String form : List.of("application/json", "text/csv", "application/x-ndjson")) {
            for (List<String> asked :
                    List.of(List.of("/v1/events/search", search), List.of("/v1/suppressions/check", check))) {
                HttpResponse<String> answer =
                        api.send(api.request(asked.get(0), "Authorization", "Bearer " + RunningApi.ADMIN)
                                .header("Accept", form)
                                .POST(BodyPublishers.ofString(asked.get(1))));
                assertThat(answer.headers().firstValue("content-type").orElseThrow())
                        .startsWith(form);
                assertThat(answer.body()).contains("kim@gmail.com");
                assertThat(answer.headers().firstValue("etag")).isEmpty();
            }
        }
        assertThat(post("/v1/suppressions/check", check).body()).contains("\"suppress\":true", "\"suppress\":false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/events?domain=a.example",
                "/v1/suppressions?domain=a.example",
                "/v1/live",
                "/v1/live?domain=a.example",
                "/v1/topics"
            })
    void head_and_options_are_answered_as_everywhere(String path) throws Exception {
        for (String form : List.of("application/json", "text/csv")) {
            HttpResponse<String> head =
                    api.send(api.request(path, "Authorization", "Bearer " + RunningApi.ADMIN, "Accept", form)
                            .method("HEAD", BodyPublishers.noBody()));
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("content-type").orElseThrow())
                    .startsWith(path.startsWith("/v1/live") ? "text/event-stream" : form);
            assertThat(head.body()).isEmpty();
        }
        HttpResponse<String> options = api.send(api.request(path, "Authorization", "Bearer " + RunningApi.ADMIN)
                .method("OPTIONS", BodyPublishers.noBody()));
        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("allow")).contains("GET, HEAD, OPTIONS");
        assertThat(api.get("/metrics", "").body()).contains("mailtide_processor_live_readers 0.0");
    }

    @Test
    void topics_are_asked_for_by_domain_too_in_every_form() throws Exception {
        await().atMost(RunningApi.SOON)
                .until(() ->
                        api.json("/v1/topics", RunningApi.ADMIN).path("topics").size() == 2);
        JsonNode one = api.json("/v1/topics?domain=B.example", RunningApi.ADMIN);
        assertThat(one.path("topics").findValuesAsText("domain")).containsExactly("b.example");
        assertThat(one.get("nextCursor").isNull()).isTrue();
        assertThat(api.json("/v1/topics?domain=example", RunningApi.ADMIN).path("topics"))
                .isEmpty();
        List<String> csv = api.get("/v1/topics", RunningApi.ADMIN, "Accept", "text/csv")
                .body()
                .lines()
                .toList();
        assertThat(csv).hasSize(3);
        assertThat(csv.get(1)).startsWith("a.example,overflow,email.domain-overflow.v1,");
    }
}
