package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The query API as its description says, answer by answer; lists in every order, and every form. */
class QueryApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Messages of each domain: how many were delivered, bounced hard, opened. */
    private static final Map<String, int[]> TRAFFIC = Map.of(
            "big.example", new int[] {90, 20, 30},
            "fine.example", new int[] {120, 0, 90},
            "tiny.example", new int[] {1, 2, 1},
            "quiet.example", new int[] {2, 0, 0});

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static OpenApi description;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static String ofBig;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder);
        description = new OpenApi(api.get("/openapi.yaml", "").body());
        for (Map.Entry<String, int[]> domain : TRAFFIC.entrySet()) {
            send(domain.getKey(), domain.getValue());
        }
        api.raw("{\"event_name\":\"x\",\"payload\":{\"from\":\"canary\"}}");
        api.record(
                api.topics.sourceStatus().name(),
                "paubox-main|one",
                "{\"source\":\"paubox-main\",\"instance\":\"one\",\"countedSince\":\"2026-04-18T00:00:00.000Z\","
                        + "\"lastSeenAt\":\"2026-04-18T20:27:26.001Z\",\"accepted\":3,\"refused\":{\"wrong-secret\":2},"
                        + "\"spoolWaiting\":1}");
        ofBig = api.token("big", Scope.of(List.of("big.example"), false, false).orElseThrow());
        for (Map.Entry<String, int[]> domain : TRAFFIC.entrySet()) {
            int total = domain.getValue()[0] + domain.getValue()[1];
            await().atMost(RunningApi.SOON)
                    .until(() -> json("/v1/domains/" + domain.getKey())
                                            .at("/messages/total")
                                            .intValue()
                                    == total
                            && json("/v1/domains/" + domain.getKey())
                                            .at("/reactions/openedMessages")
                                            .intValue()
                                    == domain.getValue()[2]);
        }
        await().atMost(RunningApi.SOON)
                .until(() -> json("/v1/dead-letters").path("deadLetters").size() == 1);
        await().atMost(RunningApi.SOON)
                .until(() -> json("/v1/sources").path("sources").size() == 1);
        await().atMost(RunningApi.SOON).until(() -> !json("/v1/domains").has("stale"));
    }

    private static void send(String domain, int[] counts) throws Exception {
        String day = switch (domain) {
            case "quiet.example" -> "2026-04-19T";
            case "tiny.example" -> "2026-04-17T";
            default -> "2026-04-18T";
        };
        for (int n = 0; n < counts[0]; n++) {
            api.raw(PauboxBodies.delivered("d-" + n, "a@" + domain, "x" + n + "@gmail.com", day + "10:00:00Z"));
        }
        for (int n = 0; n < counts[1]; n++) {
            api.raw(PauboxBodies.hardBounced("h-" + n, "a@" + domain, "y" + n + "@gmail.com", day + "10:00:00Z"));
        }
        for (int n = 0; n < counts[2]; n++) {
            String time = domain.equals("big.example") ? "11:00:00Z" : "12:00:00Z";
            api.raw(PauboxBodies.opened("d-" + n, "a@" + domain, "x" + n + "@gmail.com", day + time));
        }
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void every_route_is_described_and_every_description_has_its_route() {
        Set<String> routes = api.routes().stream()
                .filter(route -> !route.startsWith("HEAD ") && !route.startsWith("OPTIONS "))
                .filter(route -> !route.contains(" /internal/"))
                // The files of the dashboard are no part of the API.
                .filter(route -> !route.equals("GET /") && !route.startsWith("GET /dashboard/"))
                .map(route -> route.replaceAll("<(\\w+)>", "{$1}"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(description.operations()).isEqualTo(routes);
    }

    @Test
    void the_description_is_whole_and_has_the_definitions_in_it() {
        assertThat(description.brokenReferences()).isEmpty();
        assertThat(description.document().path("openapi").asText()).isEqualTo("3.1.0");
        assertThat(description.document().toString()).doesNotContain("{{");
        assertThat(description
                        .document()
                        .at("/components/schemas/Rates/properties/hardBounce/description")
                        .asText())
                .startsWith("Hard-bounce rate = messages.hardBounced / settled messages (message view).");
        assertThat(description.document().findValuesAsText("operationId")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/domains | /v1/domains",
                "GET /v1/domains | /v1/domains?sort=volume&limit=1",
                "GET /v1/domains | /v1/domains?limit=0",
                "GET /v1/domains/{domain} | /v1/domains/big.example",
                "GET /v1/domains/{domain} | /v1/domains/never.example",
                "GET /v1/domains/{domain} | /v1/domains/under_score",
                "GET /v1/domains/{domain}/series | /v1/domains/big.example/series?bucket=hour&from=2026-04-17&to=2026-04-20",
                "GET /v1/domains/{domain}/series | /v1/domains/big.example/series?bucket=day&from=2026-04-17&to=2026-04-20",
                "GET /v1/domains/{domain}/series | /v1/domains/never.example/series?bucket=hour",
                "GET /v1/domains/{domain}/series | /v1/domains/big.example/series",
                "GET /v1/messages/{messageId} | /v1/messages/d-1?domain=big.example",
                "GET /v1/messages/{messageId} | /v1/messages/none?domain=big.example",
                "GET /v1/messages/{messageId} | /v1/messages/d-1",
                "GET /v1/events | /v1/events",
                "GET /v1/events | /v1/events?domain=big.example&limit=2",
                "GET /v1/events | /v1/events?domain=never.example",
                "GET /v1/events | /v1/events?limit=0",
                "GET /v1/suppressions | /v1/suppressions?domain=big.example",
                "GET /v1/suppressions | /v1/suppressions",
                "GET /v1/topics | /v1/topics",
                "GET /v1/topics | /v1/topics?domain=big.example",
                "GET /v1/topics | /v1/topics?x=1",
                "GET /v1/definitions | /v1/definitions",
                "GET /v1/definitions | /v1/definitions?x=1",
                "GET /v1/dead-letters | /v1/dead-letters",
                "GET /v1/dead-letters | /v1/dead-letters?limit=x",
                "GET /v1/sources | /v1/sources",
                "GET /v1/sources | /v1/sources?x",
                "GET /v1/session | /v1/session",
                "GET /openapi.yaml | /openapi.yaml",
                "GET /asyncapi.yaml | /asyncapi.yaml?x=1",
                "GET /schemas/event-v1.json | /schemas/event-v1.json",
                "GET /livez | /livez",
                "GET /readyz | /readyz",
                "GET /metrics | /metrics",
            })
    void answers_are_as_described(String operation, String path) throws Exception {
        for (String token : List.of(RunningApi.ADMIN, ofBig, "mt_none")) {
            for (String form : List.of("application/json", "text/csv", "application/x-ndjson", "text/html")) {
                HttpResponse<String> answer = api.get(path, token, "Accept", form);
                if (answer.statusCode() == 429) {
                    continue;
                }
                assertThat(description.problems(operation, answer))
                        .as("%s as %s: %s", path, form, answer.body())
                        .isEmpty();
            }
        }
    }

    @Test
    void what_is_asked_with_a_body_is_answered_as_described() throws Exception {
        var replay = api.request("/v1/dead-letters/replay", "Authorization", "Bearer " + RunningApi.ADMIN);
        HttpResponse<String> replayed =
                api.send(replay.POST(BodyPublishers.ofString("{\"positions\":[{\"partition\":0,\"offset\":9999}]}")));
        assertThat(replayed.statusCode()).isEqualTo(200);
        assertThat(description.problems("POST /v1/dead-letters/replay", replayed))
                .isEmpty();
        for (List<String> asked : List.of(
                List.of(
                        "/v1/events/search",
                        "{\"domain\":\"big.example\",\"messageId\":\"d-1\"}",
                        "{\"domain\":\"big.example\"}"),
                List.of(
                        "/v1/suppressions/check",
                        "{\"domain\":\"big.example\",\"addresses\":[\"y1@gmail.com\"]}",
                        "{\"domain\":\"big.example\"}"))) {
            for (String body : asked.subList(1, 3)) {
                HttpResponse<String> answer =
                        api.send(api.request(asked.get(0), "Authorization", "Bearer " + RunningApi.ADMIN)
                                .POST(BodyPublishers.ofString(body)));
                assertThat(answer.statusCode()).isIn(200, 400);
                assertThat(description.problems("POST " + asked.get(0), answer))
                        .as(answer.body())
                        .isEmpty();
            }
        }
        HttpResponse<String> login = api.send(api.request("/v1/session", "Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"token\":\"" + RunningApi.ADMIN + "\"}")));
        assertThat(description.problems("POST /v1/session", login)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "name, big.example fine.example quiet.example tiny.example",
        "volume, fine.example big.example tiny.example quiet.example",
        // Two of three bounced, and that is not to be judged.
        "hardBounceRate, big.example fine.example tiny.example quiet.example",
        // A third of 90 and all of one: neither is to be judged by.
        "openRate, fine.example tiny.example big.example quiet.example",
        "lastEvent, quiet.example fine.example big.example tiny.example",
    })
    void domains_are_listed_in_every_order_and_page_by_page_as_in_one(String sort, String names) throws Exception {
        List<String> expected = List.of(names.split(" ", -1));
        assertThat(json("/v1/domains?sort=" + sort).path("domains").findValuesAsText("domain"))
                .isEqualTo(expected);
        for (int limit = 1; limit <= 3; limit++) {
            List<String> paged = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page = json("/v1/domains?sort=" + sort + "&limit=" + limit + cursor);
                assertThat(page.path("domains").size()).isLessThanOrEqualTo(limit);
                paged.addAll(page.path("domains").findValuesAsText("domain"));
                cursor = page.path("nextCursor").isNull()
                        ? ""
                        : "&cursor=" + page.path("nextCursor").asText();
            } while (!cursor.isEmpty());
            assertThat(paged).as("by %s", limit).isEqualTo(expected);
        }
    }

    @Test
    void a_list_is_searched_by_a_part_of_the_name_in_any_order() throws Exception {
        assertThat(json("/v1/domains?search=IN").path("domains").findValuesAsText("domain"))
                .containsExactly("fine.example", "tiny.example");
        assertThat(json("/v1/domains?search=in&sort=hardBounceRate&limit=1")
                        .path("domains")
                        .findValuesAsText("domain"))
                .containsExactly("fine.example");
        assertThat(json("/v1/domains?search=nowhere").path("domains")).isEmpty();
    }

    @Test
    void rates_come_with_a_verdict_and_what_nobody_reports_is_null() throws Exception {
        JsonNode big = json("/v1/domains/big.example");
        assertThat(big.at("/rates/hardBounce").toString())
                .isEqualTo("{\"value\":0.181818,\"of\":20,\"over\":110,\"judged\":true,\"verdict\":\"critical\"}");
        assertThat(big.at("/recipientGroups/0/rates/hardBounce/verdict").asText())
                .isEqualTo("critical");
        assertThat(big.at("/rates/complaint").isNull()).isTrue();
        assertThat(big.at("/events/sent").isNull()).isTrue();
        assertThat(json("/v1/domains/tiny.example")
                        .at("/rates/hardBounce/verdict")
                        .asText())
                .isEqualTo("notJudged");
        assertThat(json("/v1/domains?search=fine")
                        .at("/domains/0/rates/hardBounce/verdict")
                        .asText())
                .isEqualTo("ok");
    }

    @Test
    void a_list_as_csv_has_the_same_numbers_with_the_cursor_in_a_header() throws Exception {
        HttpResponse<String> csv = api.get("/v1/domains?limit=1", RunningApi.ADMIN, "Accept", "text/csv");
        List<String> names = List.of(csv.body().lines().toList().get(0).split(",", -1));
        List<String> cells = List.of(csv.body().lines().toList().get(1).split(",", -1));
        assertThat(cells).hasSameSizeAs(names);
        assertThat(cells.get(names.indexOf("domain"))).isEqualTo("big.example");
        assertThat(cells.get(names.indexOf("messages.hardBounced"))).isEqualTo("20");
        assertThat(cells.get(names.indexOf("messages.pending"))).isEmpty();
        assertThat(cells.get(names.indexOf("rates.hardBounce.verdict"))).isEqualTo("critical");
        assertThat(csv.headers().firstValue("mailtide-next-cursor")).isPresent();
        assertThat(csv.headers().firstValue("mailtide-as-of")).isPresent();
    }

    @Test
    void a_series_and_a_message_have_a_line_for_each_bucket_and_each_event() throws Exception {
        String span = "/series?bucket=day&from=2026-04-10&to=2026-04-30";
        String series = api.get("/v1/domains/big.example" + span, RunningApi.ADMIN, "Accept", "application/x-ndjson")
                .body();
        assertThat(series.lines().map(QueryApiTest::start)).containsExactly("2026-04-18T00:00:00.000Z");
        String message = api.get("/v1/messages/d-1?domain=big.example", RunningApi.ADMIN, "Accept", "text/csv")
                .body();
        assertThat(message.lines()).hasSize(3);
        assertThat(message.lines().skip(1)).allMatch(line -> line.startsWith("x1@gmail.com,"));
    }

    private static String start(String line) {
        try {
            return JSON.readTree(line).path("start").asText();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void what_nobody_has_heard_of_says_as_of_when() throws Exception {
        HttpResponse<String> absent = api.get("/v1/domains/never.example", RunningApi.ADMIN);
        assertThat(absent.statusCode()).isEqualTo(404);
        assertThat(JSON.readTree(absent.body()).path("asOf").asText()).matches("20.*Z");
    }

    @Test
    void a_source_that_was_silent_for_long_says_since_when() throws Exception {
        assertThat(json("/v1/sources").at("/sources/0/silentSince").asText()).isEqualTo("2026-04-18T20:27:26.001Z");
        assertThat(api.get("/v1/sources", RunningApi.ADMIN, "Accept", "text/csv")
                        .body())
                .isEqualTo("source,instance,countedSince,lastSeenAt,silentSince,accepted,refused,spoolWaiting\r\n"
                        + "paubox-main,one,2026-04-18T00:00:00.000Z,2026-04-18T20:27:26.001Z,"
                        + "2026-04-18T20:27:26.001Z,3,wrong-secret=2,1\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains?sort=Volume",
                "/v1/domains?sort=",
                "/v1/domains?search=",
                "/v1/domains?search=a_b",
                "/v1/domains?within=a.example",
                "/v1/domains?cursor=dm9sdW1lIDEgYS5leGFtcGxl",
                "/v1/domains?sort=volume&cursor=bmFtZSAxIGEuZXhhbXBsZQ",
                "/v1/domains?limit=1&limit=1",
                "/v1/domains/big.example?x=1",
                "/v1/messages/d-1?domain=big.example&x=1",
                "/v1/definitions?x=1",
                "/v1/sources?limit=1",
                "/v1/session?x=1",
                "/v1/dead-letters?x=1",
                "/openapi.yaml?x=1",
            })
    void a_parameter_that_is_not_known_or_not_as_expected_is_400_everywhere(String path) throws Exception {
        HttpResponse<String> answer = api.get(path, RunningApi.ADMIN);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("urn:mailtide:problem:bad-parameter");
    }

    @Test
    void a_parameter_that_is_not_known_is_answered_with_the_ones_that_are() throws Exception {
        assertThat(api.json("/v1/domains?x=1", RunningApi.ADMIN).path("detail").asText())
                .isEqualTo("Expected each of cursor, limit, search, sort once at most, and no other parameter.");
        assertThat(api.json("/v1/sources?x=1", RunningApi.ADMIN).path("detail").asText())
                .isEqualTo("Expected no parameters.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains?search=%zz",
                "/v1/domains?search=%ff%fe",
                "/v1/domains?%00=1",
                "/v1/domains/%zz",
                "/v1/domains/%e2%80%ae",
                "/v1/domains?search=%3Cscript%3E",
            })
    void nonsense_in_a_path_or_a_query_is_a_4xx_as_a_problem_and_never_repeated(String path) throws Exception {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningApi.ADMIN
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer)
                .matches("(?s)HTTP/1.1 4[0-9][0-9] .*")
                .contains("urn:mailtide:problem:")
                .doesNotContain("script");
    }

    @Test
    void a_huge_query_is_refused() throws Exception {
        String answer = raw("GET /v1/domains?search=" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1.1 (414|431|400) .*");
    }

    private static String raw(String request) throws Exception {
        try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    private static JsonNode json(String path) throws Exception {
        return api.json(path, RunningApi.ADMIN);
    }
}
