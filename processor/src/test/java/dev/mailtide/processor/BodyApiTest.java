package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.common.privacy.PrivacySettings;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The body of an event, for those who may see whom it names. {@link ScopesTest} has what is outside of the scope. */
class BodyApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DOMAIN = "clinic.example";
    private static final String TIME = "2026-04-18T20:27:25.379Z";

    /** Whatever a body may hold, as text. */
    private static final String HOSTILE = "<script>alert(1)</script>\u202e\u200b\u05d0 \"quoted\" \\ \n\t";

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static RunningApi api;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static String desk;

    @BeforeAll
    static void start() throws Exception {
        api = new RunningApi(folder.resolve("all"));
        desk = api.token("desk", Scope.of(List.of(DOMAIN), true, false).orElseThrow());
        await().atMost(RunningApi.SOON)
                .until(() -> api.get("/v1/domains/" + DOMAIN, RunningApi.ADMIN).statusCode() == 404);
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void a_body_is_shown_as_it_was_posted_and_that_is_written_down() throws Exception {
        String body = bodyOf("m-1", HOSTILE);
        RecordMetadata at = api.raw(body.getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> answer = api.get(pathOf("m-1", at), desk);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("private, no-store");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(new OpenApi(api.get("/openapi.yaml", "").body()).problems("GET /v1/bodies", answer))
                .isEmpty();
        ObjectNode json = (ObjectNode) JSON.readTree(answer.body());
        assertThat(json.remove("body").textValue()).isEqualTo(body);
        assertThat(json.remove("asOf").textValue()).endsWith("Z");
        assertThat(json.remove("receivedAt").textValue()).endsWith("Z");
        assertThat(json.remove("receiptId").textValue()).startsWith("receipt-");
        assertThat(json.remove("eventId").textValue()).matches("[0-9a-f]{32}");
        assertThat(json)
                .isEqualTo(JSON.readTree(("{'domain':'clinic.example','messageId':'m-1','partition':" + at.partition()
                                + ",'offset':" + at.offset()
                                + ",'source':'paubox-main','provider':'paubox','bodyBytes':"
                                + body.getBytes(StandardCharsets.UTF_8).length + "}")
                        .replace('\'', '"')));
        assertThat(logged())
                .contains("\"route\":\"/v1/bodies\",\"domain\":\"clinic.example\",\"rows\":1,\"recipients\":\"shown\"}")
                .doesNotContain("jo@gmail.com");
    }

    private static String logged() {
        StringBuilder log = new StringBuilder();
        TopicReader.readAll(api.kafka, api.topics.accessLog().name())
                .forEach(entry -> log.append(new String(entry.value(), StandardCharsets.UTF_8)));
        return log.toString();
    }

    @Test
    void a_body_that_was_posted_with_gzip_is_shown_without() throws Exception {
        String body = bodyOf("zipped", "x".repeat(3_000));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write(body.getBytes(StandardCharsets.UTF_8));
        }
        JsonNode json = api.json(pathOf("zipped", api.raw(bytes.toByteArray())), desk);
        assertThat(json.path("body").textValue()).isEqualTo(body);
        assertThat(json.path("bodyBytes").intValue()).isEqualTo(bytes.size());
        assertThat(json.path("unzippedBytes").intValue()).isEqualTo(body.length());
    }

    @Test
    void of_a_huge_body_the_beginning_is_shown_and_no_character_is_cut_in_two() throws Exception {
        String body = bodyOf("huge", "\uD83D\uDCE7".repeat(200_000));
        JsonNode json = api.json(pathOf("huge", api.raw(body.getBytes(StandardCharsets.UTF_8))), desk);
        String shown = json.path("body").textValue();
        assertThat(json.path("isCut").booleanValue()).isTrue();
        assertThat(shown.length()).isBetween(262_143, 262_144);
        assertThat(body).startsWith(shown);
        assertThat(Character.isHighSurrogate(shown.charAt(shown.length() - 1))).isFalse();
    }

    @Test
    void who_may_not_see_recipients_is_shown_no_body_and_nothing_is_written_down() throws Exception {
        RecordMetadata at = api.raw(bodyOf("m-2", "secret").getBytes(StandardCharsets.UTF_8));
        for (Scope scope : List.of(
                Scope.of(List.of(DOMAIN), false, false).orElseThrow(),
                Scope.of(List.of("*"), false, true).orElseThrow())) {
            String token = api.token("none", scope);
            String id = api.json("/v1/session", token).path("tokenId").textValue();
            HttpResponse<String> answer = api.get(pathOf("m-2", at), token);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body())
                    .contains("urn:mailtide:problem:not-allowed", "recipients")
                    .doesNotContain("secret");
            assertThat(logged()).doesNotContain(id);
        }
        assertThat(api.get(pathOf("m-2", at), "mt_none").statusCode()).isEqualTo(401);
    }

    @Test
    void a_place_that_holds_another_message_or_nothing_or_no_event_is_no_body_of_this_one() throws Exception {
        RecordMetadata other = api.raw(bodyOf("other", "canary").getBytes(StandardCharsets.UTF_8));
        RecordMetadata unreadable = api.raw("canary".getBytes(StandardCharsets.UTF_8));
        for (String path : List.of(
                pathOf("m-3", other),
                pathOf("m-3", unreadable),
                path("m-3", "0:999999999"),
                path("m-3", "999999999:0"))) {
            HttpResponse<String> answer = api.get(path, desk);
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
            assertThat(answer.body())
                    .contains("No body of this message of this domain stands there.")
                    .doesNotContain("canary");
        }
    }

    @Test
    void when_its_retention_is_over_the_answer_says_so() throws Exception {
        RecordMetadata at = api.raw(bodyOf("old", "gone").getBytes(StandardCharsets.UTF_8));
        String path = pathOf("old", at);
        assertThat(api.get(path, desk).statusCode()).isEqualTo(200);
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        try (Admin admin = Admin.create(api.kafka.with(Map.of()))) {
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(at.offset() + 1)))
                    .all()
                    .get();
        }
        HttpResponse<String> answer = api.get(path, desk);
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.body())
                .contains("urn:mailtide:problem:body-expired", "The retention of the raw topic is over for it.");
        assertThat(new OpenApi(api.get("/openapi.yaml", "").body()).problems("GET /v1/bodies", answer))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "domain=clinic.example&messageId=m-1",
                "domain=clinic.example&at=0:0",
                "messageId=m-1&at=0:0",
                "domain=clinic.example&messageId=&at=0:0",
                "domain=clinic.example&messageId=%3C%3E&at=0:0",
                "domain=a_b&messageId=m-1&at=0:0",
                "domain=clinic.example&messageId=m-1&at=0",
                "domain=clinic.example&messageId=m-1&at=-1:0",
                "domain=clinic.example&messageId=m-1&at=0:9999999999999999999",
                "domain=clinic.example&messageId=m-1&at=0:0&at=0:0",
                "domain=clinic.example&messageId=m-1&at=0:0&canary=1",
            })
    void a_parameter_that_is_not_as_expected_is_400(String parameters) throws Exception {
        HttpResponse<String> answer = api.get("/v1/bodies?" + parameters, desk);
        assertThat(answer.statusCode()).as(parameters).isEqualTo(400);
        assertThat(answer.body()).contains("urn:mailtide:problem:bad-parameter").doesNotContain("canary");
    }

    @Test
    void where_the_settings_keep_something_out_of_answers_no_body_is_shown() throws Exception {
        EventPolicy withoutIps = new EventPolicy(
                FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.KEEP, FieldPolicy.DROP, FieldPolicy.KEEP);
        PrivacySettings masked =
                new PrivacySettings(EventPolicy.KEEP_ALL, EventPolicy.KEEP_ALL, FieldPolicy.KEEP, withoutIps);
        try (RunningApi withheld = new RunningApi(folder.resolve("withheld"), masked)) {
            RecordMetadata at = withheld.raw(bodyOf("m-1", "secret").getBytes(StandardCharsets.UTF_8));
            HttpResponse<String> answer = withheld.get(pathOf("m-1", at), RunningApi.ADMIN);
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body())
                    .contains("urn:mailtide:problem:body-withheld")
                    .doesNotContain("secret", "jo@");
        }
    }

    private static String bodyOf(String messageId, String subject) {
        ObjectNode payload = PauboxBodies.payload(messageId, "office@" + DOMAIN, "jo@gmail.com", TIME);
        return PauboxBodies.named(PauboxBodies.DELIVERED, payload.put("subject", subject));
    }

    private static String pathOf(String messageId, RecordMetadata at) {
        return path(messageId, at.partition() + ":" + at.offset());
    }

    private static String path(String messageId, String at) {
        return "/v1/bodies?domain=" + DOMAIN + "&messageId=" + URLEncoder.encode(messageId, StandardCharsets.UTF_8)
                + "&at=" + at;
    }
}
