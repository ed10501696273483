package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a token opens, over every route that there is. */
class ScopesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String A = "clinic-a.example";
    private static final String B = "clinic-b.example";
    private static final String RECIPIENT_OF_A = "patience@gmail.com";
    private static final String RECIPIENT_OF_B = "bernadette@gmail.com";
    private static final String NEVER = "never-heard-of.example";
    private static final String BEGUN = "{\"outcome\":\"begun\",\"tokenId\":\"%s\",\"route\":\"/v1/events\","
            + "\"domain\":\"" + A + "\",\"recipients\":\"masked\"}";
    private static final String ENDED = "{\"outcome\":\"read\",\"tokenId\":\"%s\",\"route\":\"/v1/events\","
            + "\"domain\":\"" + A + "\",\"rows\":%d,\"recipients\":\"masked\"}";

    /** What is asked of each route; a route that stands here with nothing is about no domain, or for admins. */
    private static final Map<String, List<String>> QUESTIONS = new TreeMap<>(Map.ofEntries(
            Map.entry("GET /v1/domains", List.of("/v1/domains", "/v1/domains?search=clinic&sort=volume")),
            Map.entry("GET /v1/domains/{domain}", List.of("/v1/domains/" + B)),
            Map.entry("GET /v1/domains/{domain}/series", List.of("/v1/domains/" + B + "/series?bucket=day")),
            Map.entry("GET /v1/messages/<messageId>", List.of("/v1/messages/m-b?domain=" + B)),
            // The body of m-b stands at one of these.
            Map.entry("GET /v1/bodies", bodiesOf("m-b", B)),
            Map.entry(
                    "GET /v1/events",
                    List.of("/v1/events", "/v1/events?domain=" + B, "/v1/events?limit=1&domain=" + B)),
            Map.entry("GET /v1/suppressions", List.of("/v1/suppressions?domain=" + B)),
            // Searches, checks and the stream take a body or do not end; they are asked below.
            Map.entry("POST /v1/events/search", List.of()),
            Map.entry("POST /v1/suppressions/check", List.of()),
            Map.entry("GET /v1/live", List.of()),
            Map.entry("GET /v1/topics", List.of("/v1/topics", "/v1/topics?domain=" + B)),
            Map.entry("GET /v1/definitions", List.of("/v1/definitions")),
            Map.entry("GET /v1/session", List.of("/v1/session")),
            Map.entry("GET /v1/dead-letters", List.of("/v1/dead-letters")),
            Map.entry("GET /v1/sources", List.of("/v1/sources")),
            Map.entry("POST /v1/dead-letters/replay", List.of()),
            Map.entry("POST /v1/session", List.of()),
            Map.entry("DELETE /v1/session", List.of()),
            Map.entry("GET /openapi.yaml", List.of("/openapi.yaml")),
            Map.entry("GET /asyncapi.yaml", List.of("/asyncapi.yaml")),
            Map.entry("GET /schemas/event-v1.json", List.of("/schemas/event-v1.json")),
            Map.entry("GET /schemas/domain-state-v1.json", List.of("/schemas/domain-state-v1.json")),
            Map.entry("GET /schemas/domain-series-v1.json", List.of("/schemas/domain-series-v1.json")),
            Map.entry("GET /schemas/suppression-v1.json", List.of("/schemas/suppression-v1.json")),
            Map.entry("GET /schemas/domain-route-v1.json", List.of("/schemas/domain-route-v1.json")),
            Map.entry("GET /schemas/dead-letter-headers-v1.json", List.of("/schemas/dead-letter-headers-v1.json")),
            Map.entry("GET /livez", List.of("/livez")),
            Map.entry("GET /readyz", List.of("/readyz")),
            // Labels never hold a domain; Kafka's own metrics are not shown.
            Map.entry("GET /metrics", List.of("/metrics"))));

    private static List<String> bodiesOf(String messageId, String domain) {
        return IntStream.range(0, 8)
                .boxed()
                .flatMap(partition -> Stream.of(0, 1)
                        .map(offset -> "/v1/bodies?domain=" + domain + "&messageId=" + messageId + "&at=" + partition
                                + ":" + offset))
                .toList();
    }

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static String ofA;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static String ofAWithRecipients;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder);
        api.raw(PauboxBodies.delivered("m-a", "care@" + A, RECIPIENT_OF_A, "2026-04-18T20:27:25.379Z"));
        api.raw(PauboxBodies.delivered("m-b", "care@" + B, RECIPIENT_OF_B, "2026-04-18T20:27:25.379Z"));
        ofA = api.token("team a", Scope.of(List.of(A), false, false).orElseThrow());
        ofAWithRecipients =
                api.token("desk a", Scope.of(List.of(A), true, false).orElseThrow());
        for (String path : List.of("/v1/domains/" + A, "/v1/domains/" + B, "/v1/messages/m-b?domain=" + B)) {
            await().atMost(RunningApi.SOON)
                    .until(() -> api.get(path, RunningApi.ADMIN).statusCode() == 200);
        }
        await().atMost(RunningApi.SOON)
                .until(() -> api.get("/v1/domains/" + NEVER, RunningApi.ADMIN).statusCode() == 404);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void every_route_has_its_place_in_this_test() {
        List<String> routes = api.routes().stream()
                .filter(route -> !route.startsWith("HEAD ") && !route.startsWith("OPTIONS "))
                .filter(route -> !route.contains(" /internal/"))
                // The files of the dashboard are the same for everybody.
                .filter(route -> !route.equals("GET /") && !route.startsWith("GET /dashboard/"))
                .toList();
        assertThat(QUESTIONS.keySet()).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void a_token_for_one_domain_sees_nothing_of_another_by_any_route_in_any_form() throws Exception {
        for (String token : List.of(ofA, ofAWithRecipients)) {
            for (List<String> paths : QUESTIONS.values()) {
                for (String path : paths) {
                    for (String form : List.of("*/*", "text/csv", "application/x-ndjson", "text/html")) {
                        HttpResponse<String> answer = api.get(path, token, "Accept", form);
                        assertThat(answer.body() + answer.headers().map())
                                .as("%s as %s", path, form)
                                .doesNotContain(B, "clinic-b", RECIPIENT_OF_B, "bernadette", "m-b");
                    }
                }
            }
        }
    }

    @Test
    void searches_checks_and_the_list_of_events_of_another_domain_find_what_they_find_of_one_that_is_absent()
            throws Exception {
        String search = "{\"domain\":\"" + B + "\",\"address\":\"" + RECIPIENT_OF_B + "\"}";
        String check = "{\"domain\":\"" + B + "\",\"addresses\":[\"" + RECIPIENT_OF_A + "\"]}";
        await().atMost(RunningApi.SOON)
                .until(() -> post("/v1/events/search", search, RunningApi.ADMIN).contains("\"messageId\":\"m-b\""));
        assertThat(post("/v1/events/search", search, ofAWithRecipients)).contains("\"events\":[]");
        assertThat(post("/v1/suppressions/check", check, ofAWithRecipients)).contains("\"suppress\":false");
        assertThat(api.get("/v1/events?domain=" + B, ofAWithRecipients).body()).contains("\"events\":[]");
        assertThat(api.get("/v1/events?domain=" + A, ofA).body())
                .contains("\"messageId\":\"m-a\"")
                .doesNotContain(RECIPIENT_OF_A);
        assertThat(api.get("/v1/events?domain=" + A, ofAWithRecipients).body()).contains(RECIPIENT_OF_A);
    }

    @Test
    void only_a_token_for_all_domains_can_leave_the_domain_out() throws Exception {
        String all = api.token("all", Scope.of(List.of("*"), false, false).orElseThrow());
        String admin = api.token("ops", Scope.of(List.of(A), true, true).orElseThrow());
        for (String token : List.of(ofA, ofAWithRecipients, admin)) {
            HttpResponse<String> refused = api.get("/v1/events", token);
            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("urn:mailtide:problem:bad-parameter", "domain: expected");
        }
        assertThat(api.get("/v1/events", all).body())
                .contains("\"messageId\":\"m-a\"", "\"messageId\":\"m-b\"")
                .doesNotContain(RECIPIENT_OF_A, RECIPIENT_OF_B);
        assertThat(api.get("/v1/events", RunningApi.ADMIN).body()).contains(RECIPIENT_OF_A, RECIPIENT_OF_B);
    }

    @Test
    void the_live_stream_of_a_token_has_nothing_of_another_domain_though_it_has_gone_by() throws Exception {
        int port = api.port();
        try (LiveReader admin = new LiveReader(port, RunningApi.ADMIN, "/v1/live", "");
                LiveReader all = new LiveReader(port, ofA, "/v1/live", "");
                LiveReader asked = new LiveReader(port, ofAWithRecipients, "/v1/live?domain=" + B, "")) {
            for (LiveReader each : List.of(admin, all, asked)) {
                each.await("beat");
            }
            api.raw(PauboxBodies.opened("m-b", "care@" + B, RECIPIENT_OF_B, "2026-04-18T21:00:00.000Z"));
            api.raw(PauboxBodies.opened("m-a", "care@" + A, RECIPIENT_OF_A, "2026-04-18T21:00:00.000Z"));
            var unused = admin.await("event");
            List<Long> seen = LiveReader.offsets(admin.await("event").get(0));
            assertThat(admin.text()).contains(RECIPIENT_OF_A, RECIPIENT_OF_B);
            for (LiveReader each : List.of(all, asked)) {
                each.awaitBeatBehind(seen);
                assertThat(each.text()).doesNotContain(B, RECIPIENT_OF_B, "m-b", RECIPIENT_OF_A);
            }
            assertThat(all.text()).contains("\"messageId\":\"m-a\"", "p***@gmail.com");
            assertThat(asked.text()).doesNotContain("event: event");
        }
    }

    private static String post(String path, String body, String token) throws Exception {
        return api.send(api.request(path, "Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    @Test
    void what_is_outside_of_the_scope_is_answered_as_if_nobody_had_ever_heard_of_it() throws Exception {
        for (String path : List.of(
                "/v1/domains/" + B,
                "/v1/domains/" + B + "/series?bucket=day",
                "/v1/domains/" + B + "/series?bucket=hour&from=2026-04-18&to=2026-04-19",
                "/v1/messages/m-b?domain=" + B)) {
            HttpResponse<String> outside = api.get(path, ofA);
            HttpResponse<String> absent = api.get(path.replace(B, NEVER), RunningApi.ADMIN);
            assertThat(outside.statusCode()).as(path).isEqualTo(404);
            assertThat(withoutTimes(outside)).isEqualTo(withoutTimes(absent));
            assertThat(JSON.readTree(outside.body()).has("asOf")).isTrue();
        }
        for (String path : List.of(
                "/v1/domains/" + B + "?unknown=1",
                "/v1/domains/" + B + "/series?bucket=week",
                "/v1/messages/m-b?domain=" + B + "&domain=" + B)) {
            assertThat(withoutTimes(api.get(path, ofA))).isEqualTo(withoutTimes(api.get(path.replace(B, NEVER), ofA)));
            assertThat(api.get(path, ofA).statusCode()).isEqualTo(400);
        }
    }

    private static String withoutTimes(HttpResponse<String> answer) {
        Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
        headers.remove("date");
        return answer.statusCode() + " " + headers + " " + answer.body().replaceAll("20[0-9-]{8}T[0-9:.]{12}Z", "");
    }

    @Test
    void what_is_inside_is_answered_as_it_is_to_admins() throws Exception {
        assertThat(api.json("/v1/domains/" + A, ofA).path("messages"))
                .isEqualTo(api.json("/v1/domains/" + A, RunningApi.ADMIN).path("messages"));
        JsonNode list = api.json("/v1/domains", ofA);
        assertThat(list.at("/domains").findValuesAsText("domain")).containsExactly(A);
        assertThat(list.has("partial")).isFalse();
        assertThat(list.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void addresses_are_masked_for_who_may_not_see_them() throws Exception {
        String path = "/v1/messages/m-a?domain=" + A;
        assertThat(api.json(path, ofA).at("/recipients/0/recipient").textValue())
                .isEqualTo("p***@gmail.com");
        assertThat(api.json(path, ofAWithRecipients)
                        .at("/recipients/0/recipient")
                        .textValue())
                .isEqualTo(RECIPIENT_OF_A);
        for (String form : List.of("application/json", "text/csv", "application/x-ndjson")) {
            assertThat(api.get(path, ofA, "Accept", form).body())
                    .contains("p***@gmail.com")
                    .doesNotContain("patience");
        }
    }

    @Test
    void a_body_of_another_domain_is_no_body_and_none_is_shown_without_the_scope_for_recipients() throws Exception {
        List<String> ofAdmin = new ArrayList<>();
        for (String path : bodiesOf("m-b", B)) {
            HttpResponse<String> outside = api.get(path, ofAWithRecipients);
            assertThat(outside.statusCode()).as(path).isEqualTo(404);
            assertThat(withoutTimes(outside))
                    .isEqualTo(withoutTimes(api.get(path.replace(B, NEVER), RunningApi.ADMIN)));
            // Its own message, at the place of another's body.
            assertThat(api.get(path.replace(B, A).replace("m-b", "m-a"), ofAWithRecipients)
                            .body())
                    .doesNotContain("m-b", "bernadette");
            assertThat(api.get(path, ofA).statusCode()).isEqualTo(403);
            HttpResponse<String> answer = api.get(path, RunningApi.ADMIN);
            if (answer.statusCode() == 200) {
                ofAdmin.add(JSON.readTree(answer.body()).path("body").textValue());
            }
        }
        assertThat(ofAdmin)
                .containsExactly(
                        PauboxBodies.delivered("m-b", "care@" + B, RECIPIENT_OF_B, "2026-04-18T20:27:25.379Z"));
    }

    @Test
    void admins_questions_are_refused_to_others_and_the_refusal_says_why() throws Exception {
        for (String path : List.of("/v1/dead-letters", "/v1/sources", "/v1/topics")) {
            assertThat(api.get(path, ofAWithRecipients).statusCode()).as(path).isEqualTo(403);
            assertThat(api.get(path, ofA).body()).contains("urn:mailtide:problem:not-allowed");
        }
        HttpRequest.Builder replay = api.request("/v1/dead-letters/replay", "Authorization", "Bearer " + ofA)
                .POST(HttpRequest.BodyPublishers.ofString("{\"filter\":{}}"));
        assertThat(api.send(replay).statusCode()).isEqualTo(403);
    }

    @Test
    void every_read_of_people_and_every_look_outside_of_the_scope_is_written_down_without_an_address()
            throws Exception {
        String desk = api.token("logged", Scope.of(List.of(A), false, false).orElseThrow());
        String id = api.json("/v1/session", desk).path("tokenId").textValue();
        api.get("/v1/messages/m-a?domain=" + A, desk);
        api.get("/v1/domains/" + A, desk);
        api.get("/v1/domains/" + B, desk);
        await().atMost(RunningApi.SOON).until(() -> entries(id).size() == 2);
        assertThat(entries(id).stream().map(JsonNode::toString).sorted().toList())
                .containsExactly(
                        "{\"outcome\":\"outside-scope\",\"tokenId\":\"" + id + "\",\"route\":\"/v1/domains/{domain}\","
                                + "\"domain\":\"" + B + "\",\"recipients\":\"none\"}",
                        "{\"outcome\":\"read\",\"tokenId\":\"" + id + "\",\"route\":\"/v1/messages/<messageId>\","
                                + "\"domain\":\"" + A + "\",\"rows\":1,\"recipients\":\"masked\"}");
        assertThat(log())
                .noneSatisfy(entry -> assertThat(entry.value()).asString().contains("@"));
    }

    @Test
    void an_admin_of_one_domain_hears_of_no_route_of_another() throws Exception {
        String admin = api.token("ops of a", Scope.of(List.of(A), true, true).orElseThrow());
        await().atMost(RunningApi.SOON)
                .until(() -> api.get("/v1/topics", RunningApi.ADMIN).body().contains("\"" + B + "\""));
        for (String path : List.of("/v1/topics", "/v1/topics?limit=1", "/v1/topics?domain=" + B)) {
            assertThat(api.get(path, admin).body()).as(path).doesNotContain(B);
        }
        JsonNode routes = api.json("/v1/topics", admin);
        assertThat(routes.path("topics").findValuesAsText("domain")).containsExactly(A);
        assertThat(routes.path("nextCursor").isNull()).isTrue();
        assertThat(api.json("/v1/topics?domain=" + B, admin).path("topics"))
                .isEqualTo(api.json("/v1/topics?domain=" + NEVER, admin).path("topics"))
                .isEmpty();
    }

    @Test
    void a_download_is_masked_and_written_down_when_it_begins_and_when_it_has_ended() throws Exception {
        String desk = api.token("download", Scope.of(List.of(A), false, false).orElseThrow());
        String id = api.json("/v1/session", desk).path("tokenId").textValue();
        List<String> expected = new ArrayList<>();
        for (String form : List.of("text/csv", "application/x-ndjson")) {
            String rows =
                    api.get("/v1/events?domain=" + A, desk, "Accept", form).body();
            assertThat(rows).contains("p***@gmail.com").doesNotContain("patience");
            expected.add(BEGUN.formatted(id));
            expected.add(ENDED.formatted(
                    id, rows.lines().filter(row -> row.contains("m-a")).count()));
        }
        await().atMost(RunningApi.SOON)
                .untilAsserted(() -> assertThat(
                                entries(id).stream().map(JsonNode::toString).toList())
                        .containsExactlyInAnyOrderElementsOf(expected));
    }

    private static List<JsonNode> entries(String tokenId) throws Exception {
        List<JsonNode> entries = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : log()) {
            JsonNode entry = JSON.readTree(record.value());
            if (entry.path("tokenId").asText().equals(tokenId)) {
                assertThat(entry.path("at").textValue()).isEqualTo(record.key());
                ((com.fasterxml.jackson.databind.node.ObjectNode) entry).remove("at");
                entries.add(entry);
            }
        }
        return entries;
    }

    private static List<ConsumerRecord<String, byte[]>> log() {
        return TopicReader.readAll(api.kafka, api.topics.accessLog().name());
    }

    @Test
    void a_token_that_is_revoked_opens_nothing_a_moment_later() throws Exception {
        String token = api.token("for a day", Scope.of(List.of("*"), true, true).orElseThrow());
        String id = api.json("/v1/session", token).path("tokenId").textValue();
        assertThat(api.get("/v1/dead-letters", token).statusCode()).isEqualTo(200);
        try (LiveReader live = new LiveReader(api.port(), token, "/v1/live", "")) {
            var unused = live.await("beat");
            assertThat(api.tokens.revoke(id)).isPresent();
            await().atMost(RunningApi.SOON)
                    .until(() -> api.get("/v1/domains", token).statusCode() == 401);
            assertThatThrownBy(() -> live.await("nothing")).hasRootCauseMessage("the stream has ended");
        }
        assertThat(api.tokens.all()).anySatisfy(kept -> {
            assertThat(kept.id()).isEqualTo(id);
            assertThat(kept.revokedAt()).isPresent();
        });
        for (ConsumerRecord<String, byte[]> kept :
                TopicReader.readAll(api.kafka, api.topics.apiTokens().name())) {
            assertThat(new String(kept.value(), StandardCharsets.UTF_8)).doesNotContain(token);
        }
    }
}
