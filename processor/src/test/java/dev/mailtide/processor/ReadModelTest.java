package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.testkit.answers.ReferenceLists;
import dev.mailtide.testkit.answers.ReferenceLists.One;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.ReferenceFold;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The read model of two instances, each with a part of the events: whichever is asked, the answers are those of the fold. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReadModelTest {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final IdentityKey IDENTITY = new IdentityKey(new byte[IdentityKey.BYTES]);
    private static final long SEED = 7_000;
    private static final int BODIES = 1_200;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static TwoInstances both;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService first;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService second;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ReferenceLists reference;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static List<String> domains;

    @BeforeAll
    static void start() throws Exception {
        both = new TwoInstances(folder);
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        both.awaitReady(second);
        try (RawLoad load = new RawLoad(both.kafka(), both.topics().raw().name(), SEED)) {
            load.post(BODIES);
            Expected expected = new ReferenceFold(Duration.ofDays(35)).fold(load.inAppendOrder());
            reference = new ReferenceLists(expected);
            domains = List.copyOf(expected.domains().keySet());
        }
        assertThat(domains).hasSizeGreaterThan(3);
        awaitEverythingRead(first);
        awaitEverythingRead(second);
    }

    /** As of now, whole, and all of it there. */
    private static void awaitEverythingRead(ProcessorService one) {
        Instant posted = Instant.now();
        await().atMost(SOON).ignoreExceptions().until(() -> {
            JsonNode answer = JSON.readTree(
                    both.ask(one, "/v1/events?domain=" + domains.get(0)).body());
            return !answer.has("partial")
                    && !answer.has("stale")
                    && Instant.parse(answer.get("asOf").asText()).isAfter(posted);
        });
    }

    @AfterAll
    static void stop() {
        both.close();
    }

    @Test
    @Order(1)
    void each_instance_has_read_a_part_and_the_two_parts_are_all() throws Exception {
        double one = both.metric(first, "mailtide_processor_read_model_events_total");
        double two = both.metric(second, "mailtide_processor_read_model_events_total");
        assertThat(one).isPositive();
        assertThat(two).isPositive();
        // More where partitions have moved while it was read.
        assertThat(one + two).isGreaterThanOrEqualTo(reference.all().size());
        assertThat(both.metric(first, "mailtide_processor_read_model_unreadable_total"))
                .isZero();
    }

    @Test
    @Order(2)
    void the_events_of_a_domain_are_those_of_the_fold_in_pages_too_and_the_same_bytes_from_both() throws Exception {
        for (String domain : domains) {
            String path = "/v1/events?limit=1000&domain=" + domain;
            assertThat(events(first, path))
                    .isEqualTo(reference.events(event -> event.domain().equals(domain)));
            assertThat(pages(second, "/v1/events?limit=37&domain=" + domain)).isEqualTo(events(first, path));
            assertThat(withoutAsOf(both.ask(first, path))).isEqualTo(withoutAsOf(both.ask(second, path)));
        }
    }

    @Test
    @Order(3)
    void events_are_found_by_type_recipient_message_and_time() throws Exception {
        List<One> withRecipient = reference.events(event -> event.recipient().indexOf('@') > 0);
        for (int i = 0; i < withRecipient.size(); i += 53) {
            One sought = withRecipient.get(i);
            String domain = "\"domain\":\"" + sought.domain() + "\",\"limit\":1000";
            List<One> ofRecipient = reference.events(event ->
                    event.domain().equals(sought.domain()) && event.recipient().equals(sought.recipient()));
            assertThat(search(
                            first, "{" + domain + ",\"address\":" + JSON.writeValueAsString(sought.recipient()) + "}"))
                    .isEqualTo(ofRecipient)
                    .isEqualTo(search(
                            second,
                            "{" + domain + ",\"address\":"
                                    + JSON.writeValueAsString(
                                            "Pat <" + sought.recipient().toUpperCase(Locale.ROOT) + ">")
                                    + "}"));
            String key = IDENTITY.keyOf(sought.recipient()).hex();
            assertThat(events(second, "/v1/events?limit=1000&domain=" + sought.domain() + "&recipientKey=" + key))
                    .isEqualTo(ofRecipient);
            assertThat(search(
                            second,
                            "{" + domain + ",\"messageId\":" + JSON.writeValueAsString(sought.messageId()) + "}"))
                    .isEqualTo(reference.events(event -> event.domain().equals(sought.domain())
                            && event.messageId().equals(sought.messageId())));
            String type = sought.type().equals("bounced")
                    ? "bounced" + (sought.bounceType().equals("hard") ? "Hard" : "Soft")
                    : sought.type();
            assertThat(events(
                            first,
                            "/v1/events?limit=1000&domain=" + sought.domain() + "&type=" + type + "&from="
                                    + sought.occurredAt()))
                    .isEqualTo(reference.events(event -> event.domain().equals(sought.domain())
                            && event.is(sought.type() + sought.bounceType())
                            && !event.at().isBefore(sought.at())));
            assertThat(events(first, "/v1/events?limit=1000&domain=" + sought.domain() + "&to=" + sought.occurredAt()))
                    .isEqualTo(reference.events(event ->
                            event.domain().equals(sought.domain()) && event.at().isBefore(sought.at())));
        }
    }

    @Test
    @Order(4)
    void suppressions_are_those_of_the_fold_in_the_list_and_in_a_check() throws Exception {
        int candidates = 0;
        for (String domain : domains) {
            SortedMap<String, List<String>> expected = reference.suppressions(domain, IDENTITY);
            candidates += expected.size();
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(suppressions(first, domain, 1_000)).isEqualTo(expected);
                assertThat(suppressions(second, domain, 2)).isEqualTo(expected);
            });
            String path = "/v1/suppressions?domain=" + domain;
            assertThat(withoutAsOf(both.ask(first, path))).isEqualTo(withoutAsOf(both.ask(second, path)));

            Map<String, String> keys = new LinkedHashMap<>();
            reference
                    .events(event ->
                            event.domain().equals(domain) && !event.recipient().isEmpty())
                    .forEach(event -> keys.put(
                            event.recipient(), IDENTITY.keyOf(event.recipient()).hex()));
            keys.put(
                    "nobody@nowhere.example",
                    IDENTITY.keyOf("nobody@nowhere.example").hex());
            String body = JSON.writeValueAsString(Map.of("domain", domain, "addresses", keys.keySet()));
            HttpResponse<String> checked = both.post(first, "/v1/suppressions/check", body);
            assertThat(withoutAsOf(checked)).isEqualTo(withoutAsOf(both.post(second, "/v1/suppressions/check", body)));
            JsonNode answer = JSON.readTree(checked.body());
            List<String> addresses = new ArrayList<>();
            for (JsonNode one : answer.get("recipients")) {
                addresses.add(one.get("address").asText());
                String key = keys.getOrDefault(one.get("address").asText(), "");
                assertThat(one.get("recipientKey").asText()).isEqualTo(key);
                assertThat(one.get("suppress").asBoolean()).isEqualTo(expected.containsKey(key));
                assertThat(texts(one.get("reasons"))).isEqualTo(expected.getOrDefault(key, List.of()));
            }
            assertThat(addresses).containsExactlyElementsOf(keys.keySet());
        }
        assertThat(candidates).isGreaterThan(5);
    }

    @Test
    @Order(5)
    void the_topic_of_suppressions_comes_to_say_the_same() {
        await().atMost(SOON).untilAsserted(() -> {
            Map<String, JsonNode> latest = new LinkedHashMap<>();
            for (var record : TopicReader.readAll(
                    both.kafka(), both.topics().suppressions().name())) {
                latest.put(record.key(), JSON.readTree(record.value()));
            }
            for (String domain : domains) {
                reference.suppressions(domain, IDENTITY).forEach((key, reasons) -> {
                    JsonNode row = latest.getOrDefault(domain + "|" + key, JSON.createObjectNode());
                    assertThat(row.has("hardBounce") || row.path("softBounces").size() >= 3)
                            .isTrue();
                });
            }
        });
    }

    @ParameterizedTest
    @Order(6)
    @CsvSource(
            delimiter = ' ',
            value = {
                "GET /v1/events domain",
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
        HttpResponse<String> answer = method.equals("GET") ? both.ask(first, path) : both.post(first, path, body);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(JSON.readTree(answer.body()).get("type").asText()).isEqualTo("urn:mailtide:problem:bad-parameter");
        assertThat(JSON.readTree(answer.body()).get("detail").asText()).contains(expected);
    }

    @Test
    @Order(7)
    void nobody_without_a_token_is_answered_and_an_unknown_domain_has_an_empty_list() throws Exception {
        for (String path : List.of("/v1/events?domain=a.example", "/v1/suppressions?domain=a.example", "/v1/live")) {
            assertThat(both.get(first, path, "mt_" + "b".repeat(43)).statusCode())
                    .isEqualTo(401);
            assertThat(both.get(first, "/internal" + path, TwoInstances.TOKEN).statusCode())
                    .isEqualTo(401);
        }
        JsonNode empty =
                JSON.readTree(both.ask(first, "/v1/events?domain=never.example").body());
        assertThat(empty.get("events")).isEmpty();
        assertThat(empty.get("nextCursor").isNull()).isTrue();
    }

    @Test
    @Order(8)
    void an_event_is_seen_live_at_any_instance_and_who_was_cut_off_goes_on_at_another_one() throws Exception {
        String path = "/v1/live?domain=live.example";
        List<String> ofTheFirst;
        try (LiveReader one = new LiveReader(first, path, "")) {
            one.await("beat");
            both.raw(PauboxBodies.delivered("m-1", "a@live.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
            both.raw(PauboxBodies.delivered("m-1", "a@other.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
            ofTheFirst = one.await("event");
        }
        both.raw(PauboxBodies.opened("m-1", "a@live.example", "pat@gmail.com", "2026-04-18T20:01:00Z"));
        both.raw(PauboxBodies.softBounced("m-2", "a@live.example", "kim@gmail.com", "2026-04-18T20:02:00Z"));
        String lastId = ofTheFirst.get(0);
        assertThat(JSON.readTree(ofTheFirst.get(1)).get("type").asText()).isEqualTo("delivered");
        List<String> types = new ArrayList<>();
        try (LiveReader two = new LiveReader(second, path, lastId)) {
            types.add(JSON.readTree(two.await("event").get(1)).get("type").asText());
            types.add(JSON.readTree(two.await("event").get(1)).get("type").asText());
        }
        assertThat(types).containsExactlyInAnyOrder("opened", "bounced");
        try (LiveReader lost = new LiveReader(second, path, "zzzzzzz")) {
            lost.await("gap");
        }
        await().atMost(SOON)
                .until(() -> both.metric(first, "mailtide_processor_live_readers") == 0
                        && both.metric(second, "mailtide_processor_live_readers") == 0);
    }

    /** Reads a stream as a browser does. */
    private static final class LiveReader implements AutoCloseable {

        private final InputStream stream;
        private final BufferedReader lines;

        LiveReader(ProcessorService one, String path, String lastId) throws Exception {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + one.port() + path))
                    .header("Authorization", "Bearer " + TwoInstances.TOKEN);
            if (!lastId.isEmpty()) {
                request.header("Last-Event-ID", lastId);
            }
            HttpResponse<InputStream> answer =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream; charset=utf-8");
            stream = answer.body();
            lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        }

        /** Id and data of the next event of this name. */
        List<String> await(String name) throws Exception {
            return CompletableFuture.supplyAsync(() -> {
                        String id = "";
                        String event = "";
                        String data = "";
                        while (true) {
                            String line = line();
                            id = line.startsWith("id: ") ? line.substring(4) : id;
                            event = line.startsWith("event: ") ? line.substring(7) : event;
                            data = line.startsWith("data: ") ? line.substring(6) : data;
                            if (line.isEmpty() && event.equals(name)) {
                                return List.of(id, data);
                            }
                        }
                    })
                    .get(SOON.toSeconds(), TimeUnit.SECONDS);
        }

        private String line() {
            try {
                return String.valueOf(lines.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    @Test
    @Order(9)
    void a_lost_disk_is_read_again_from_the_topics() throws Exception {
        await().atMost(SOON).until(() -> {
            int before = published();
            await().during(Duration.ofSeconds(3)).atMost(SOON).until(() -> true);
            return published() == before;
        });
        int published = published();
        first.close();
        second.close();
        Folders.delete(folder.resolve("data-1/state/read-model"));
        Folders.delete(folder.resolve("data-2/state/read-model"));
        first = both.start("one", "data-1");
        second = both.start("two", "data-2");
        both.awaitReady(first);
        awaitEverythingRead(second);
        awaitEverythingRead(first);
        the_events_of_a_domain_are_those_of_the_fold_in_pages_too_and_the_same_bytes_from_both();
        suppressions_are_those_of_the_fold_in_the_list_and_in_a_check();
        assertThat(published()).isEqualTo(published);
    }

    private static int published() {
        return TopicReader.readAll(both.kafka(), both.topics().suppressions().name())
                .size();
    }

    @Test
    @Order(10)
    void what_a_stopped_instance_had_read_is_missing_and_said_to_be_until_it_is_taken_over() throws Exception {
        second.close();
        JsonNode meanwhile = JSON.readTree(
                both.ask(first, "/v1/events?domain=" + domains.get(0)).body());
        assertThat(meanwhile.get("partial").asBoolean()).isTrue();
        awaitEverythingRead(first);
        for (String domain : domains) {
            assertThat(events(first, "/v1/events?limit=1000&domain=" + domain))
                    .isEqualTo(reference.events(event -> event.domain().equals(domain)));
        }
    }

    private static List<One> events(ProcessorService one, String path) throws Exception {
        HttpResponse<String> answer = both.ask(one, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return events(JSON.readTree(answer.body()));
    }

    private static List<One> events(JsonNode page) {
        List<One> events = new ArrayList<>();
        page.get("events").forEach(event -> events.add(One.of(event)));
        return events;
    }

    private static List<One> search(ProcessorService one, String body) throws Exception {
        HttpResponse<String> answer = both.post(one, "/v1/events/search", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return events(JSON.readTree(answer.body()));
    }

    private static List<One> pages(ProcessorService one, String path) throws Exception {
        List<One> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = JSON.readTree(both.ask(one, path + cursor).body());
            all.addAll(events(page));
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + URLEncoder.encode(page.get("nextCursor").textValue(), StandardCharsets.UTF_8);
        } while (!cursor.isEmpty());
        return all;
    }

    private static SortedMap<String, List<String>> suppressions(ProcessorService one, String domain, int limit)
            throws Exception {
        SortedMap<String, List<String>> all = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page =
                    JSON.readTree(both.ask(one, "/v1/suppressions?domain=" + domain + "&limit=" + limit + cursor)
                            .body());
            assertThat(page.has("partial")).isFalse();
            page.get("suppressions")
                    .forEach(row -> all.put(row.get("recipientKey").asText(), texts(row.get("reasons"))));
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : "&cursor=" + page.get("nextCursor").textValue();
        } while (!cursor.isEmpty());
        return all;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static String withoutAsOf(HttpResponse<String> answer) {
        return answer.body().replaceFirst("\"asOf\":\"[^\"]*\"", "");
    }
}
