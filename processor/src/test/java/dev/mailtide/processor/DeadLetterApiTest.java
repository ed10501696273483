package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.deadletter.DeadLetterHeaders;
import dev.mailtide.processor.deadletter.DeadLetterHeaders.Why;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.peers.PeerSettings;
import dev.mailtide.testkit.kafka.TopicReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters of a running processor, over HTTP. Each test has a source of its own. */
class DeadLetterApiTest {

    private static final String TOKEN = "mt_" + "a".repeat(43);
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant RECEIVED = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final String WITHOUT_DOMAIN = "{\"event_name\":\"x\",\"payload\":{\"from\":\"canary\"}}";

    @TempDir
    static Path folder;

    private static final Topics TOPICS = new Topics("letters.", TopicSizes.DEFAULT);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static KafkaAccess kafka;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService service;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        // Of its own: another processor's group would still have a member.
        broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort());
        kafka = KafkaAccess.at(broker.bootstrapServers());
        ProcessorSettings settings = new ProcessorSettings(
                new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "processor.port"),
                "letters-1",
                folder.resolve("data"),
                1,
                Duration.ofMillis(100),
                Duration.ofDays(35),
                0,
                new Secret(TOKEN),
                new Secret("00".repeat(32)),
                PeerSettings.ALONE);
        service = new ProcessorService(settings, Parts.ALL, kafka, TOPICS, InstantSource.system(), why -> {});
        producer = new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
        broker.close();
    }

    @Test
    void a_dead_letter_is_listed_with_all_that_is_known_of_it_and_never_with_its_body() throws Exception {
        RecordMetadata raw = raw("listed", "r-listed", WITHOUT_DOMAIN);
        JsonNode list = awaitLetters("source=listed", 1);
        ObjectNode letter = (ObjectNode) list.at("/deadLetters/0");
        assertThat(list.get("nextCursor").isNull()).isTrue();
        assertThat(list.has("partial")).isFalse();
        assertThat(Instant.parse(list.get("asOf").textValue())).isAfter(RECEIVED);
        assertThat(Instant.parse(letter.remove("appendedAt").textValue())).isAfter(RECEIVED);
        letter.remove(List.of("partition", "offset"));
        assertThat(letter)
                .isEqualTo(JSON.readTree(("{'receiptId':'r-listed','reason':'no-sender-domain','class':'unreadable',"
                                + "'source':'listed','provider':'paubox','receivedAt':'2026-04-18T20:27:26.001Z',"
                                + "'bodyBytes':" + WITHOUT_DOMAIN.length() + ",'raw':{'topic':'"
                                + TOPICS.raw().name() + "','partition':" + raw.partition() + ",'offset':"
                                + raw.offset() + "}}")
                        .replace('\'', '"')));
    }

    @Test
    void letters_are_listed_in_pages_by_filter() throws Exception {
        for (int i = 0; i < 5; i++) {
            raw("paged", "r-paged-" + i, i % 2 == 0 ? WITHOUT_DOMAIN : "");
        }
        awaitLetters("source=paged", 5);
        JsonNode first = list("source=paged&reason=no-sender-domain&limit=2");
        JsonNode second = list("source=paged&reason=no-sender-domain&limit=2&cursor="
                + first.get("nextCursor").textValue());
        assertThat(first.get("deadLetters")).hasSize(2);
        assertThat(second.get("deadLetters")).hasSize(1);
        assertThat(list("source=paged&from=2026-04-18T00:00:00Z").get("deadLetters"))
                .hasSize(5);
        assertThat(list("source=paged&to=2026-04-18T00:00:00Z").get("deadLetters"))
                .isEmpty();
    }

    @Test
    void a_body_that_can_be_read_now_is_counted_once_however_often_it_is_replayed() throws Exception {
        // As an older release left it: it failed where this one does not. Without a time, the receipt id is what tells
        // it
        // from other events.
        String body = "{\"event_name\":\"api_mail_log_delivered\",\"payload\":{\"from\":\"a@mended.example\","
                + "\"to\":\"x@x.example\",\"header_message_id\":\"<m-1>\"}}";
        Position at = letter("mended", "r-mended", body);
        String positions = "{\"positions\":[{\"partition\":" + at.partition() + ",\"offset\":" + at.offset() + "}]}";
        assertThat(replayed(positions)).isEqualTo(1);
        await().atMost(SOON).until(() -> get("/v1/domains/mended.example").statusCode() == 200);
        double duplicates = metric("mailtide_processor_events_duplicate_total");
        assertThat(replayed(positions)).isEqualTo(1);
        assertThat(replayed("{\"filter\":{\"source\":\"mended\",\"reason\":\"internal\"}}"))
                .isEqualTo(1);
        await().atMost(SOON).until(() -> metric("mailtide_processor_events_duplicate_total") == duplicates + 2);
        assertThat(json("/v1/domains/mended.example").at("/events/delivered").intValue())
                .isEqualTo(1);
        assertThat(json("/v1/domains/mended.example").at("/messages/delivered").intValue())
                .isEqualTo(1);
        JsonNode event = json("/v1/messages/m-1?domain=mended.example").at("/recipients/0/events");
        assertThat(event).hasSize(1);
        assertThat(event.at("/0/receiptId").textValue()).isEqualTo("r-mended");
        assertThat(event.at("/0/occurredAt").textValue()).isEqualTo("2026-04-18T20:27:26.001Z");
        assertThat(TopicReader.readAll(kafka, TOPICS.events().name()))
                .filteredOn(published -> published.key().equals("mended.example/m-1"))
                .hasSize(1);
    }

    @Test
    void what_fails_again_is_a_letter_again_and_the_next_replay_of_all_leaves_it_out() throws Exception {
        RecordMetadata raw = raw("stubborn", "r-stubborn", WITHOUT_DOMAIN);
        awaitLetters("source=stubborn", 1);
        String all = "{\"filter\":{\"source\":\"stubborn\"}}";
        assertThat(replayed(all)).isEqualTo(1);
        JsonNode two = awaitLetters("source=stubborn", 2);
        assertThat(two.at("/deadLetters/0/receiptId").textValue()).isEqualTo("r-stubborn");
        assertThat(two.at("/deadLetters/0/replayedAt").textValue()).isNotEmpty();
        assertThat(two.at("/deadLetters/0/raw").equals(two.at("/deadLetters/1/raw")))
                .isFalse();
        assertThat(two.at("/deadLetters/1/raw/offset").longValue()).isEqualTo(raw.offset());
        assertThat(two.at("/deadLetters/1").has("replayedAt")).isFalse();
        assertThat(replayed(all)).isEqualTo(1);
        awaitLetters("source=stubborn", 3);
        assertThat(replayed("{\"filter\":{\"source\":\"stubborn\"},\"again\":true,\"limit\":2}"))
                .isEqualTo(2);
        awaitLetters("source=stubborn", 5);
    }

    @Test
    void a_letter_that_is_not_there_is_named_and_the_others_are_replayed() throws Exception {
        Position at = letter("missing", "r-missing", WITHOUT_DOMAIN);
        JsonNode answer = JSON.readTree(post("{\"positions\":[{\"partition\":" + at.partition() + ",\"offset\":"
                        + at.offset() + "},{\"partition\":99,\"offset\":5}]}")
                .body());
        assertThat(answer.get("replayed").intValue()).isEqualTo(1);
        assertThat(answer.get("missing").toString()).isEqualTo("[{\"partition\":99,\"offset\":5}]");
        assertThat(get("/metrics").body())
                .contains("mailtide_processor_dead_letters_replayed_total")
                .doesNotContain("canary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "cursor=%21",
                "reason=unheard-of",
                "source=Not+A+Source",
                "from=yesterday",
                "to=2026-04-31",
                "from=%2B99999-01-01T00:00:00Z",
                "limit=1&limit=2",
                "unknown=1"
            })
    void a_parameter_that_is_not_as_expected_is_answered_400(String parameters) throws Exception {
        assertThat(problem(get("/v1/dead-letters?" + parameters))).isEqualTo("400 urn:mailtide:problem:bad-parameter");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``",
                "[]",
                "{}",
                "{} {}",
                "canary",
                "{\"filter\":{},\"filter\":{}}",
                "{\"positions\":[]}",
                "{\"positions\":{}}",
                "{\"positions\":[1]}",
                "{\"positions\":[{\"partition\":0}]}",
                "{\"positions\":[{\"partition\":-1,\"offset\":0}]}",
                "{\"positions\":[{\"partition\":0,\"offset\":1.5}]}",
                "{\"positions\":[{\"partition\":0,\"offset\":1,\"body\":1}]}",
                "{\"positions\":[{\"partition\":0,\"offset\":1}],\"filter\":{}}",
                "{\"filter\":{\"reason\":7}}",
                "{\"filter\":{\"unknown\":\"x\"}}",
                "{\"filter\":{},\"limit\":\"7\"}",
                "{\"filter\":{},\"limit\":1001}",
                "{\"filter\":{},\"again\":\"yes\"}",
                "{\"filter\":[]}"
            })
    void a_body_that_is_not_as_expected_is_answered_400_and_not_repeated(String body) throws Exception {
        HttpResponse<String> answer = post(body == null ? "" : body);
        assertThat(problem(answer)).isEqualTo("400 urn:mailtide:problem:bad-parameter");
        assertThat(answer.body()).doesNotContain("canary");
    }

    @Test
    void more_than_a_thousand_positions_and_a_body_over_its_limit_are_refused() throws Exception {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode positions = body.putArray("positions");
        for (int i = 0; i <= 1_000; i++) {
            positions.addObject().put("partition", 0).put("offset", i);
        }
        assertThat(problem(post(body.toString()))).isEqualTo("400 urn:mailtide:problem:bad-parameter");
        assertThat(problem(post(" ".repeat(64 * 1024 + 1)))).isEqualTo("413 urn:mailtide:problem:body-too-large");
    }

    @Test
    void without_the_token_nothing_is_listed_or_replayed() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + service.port() + "/v1/dead-letters");
        HttpRequest list = HttpRequest.newBuilder(uri).build();
        HttpRequest replay = HttpRequest.newBuilder(URI.create(uri + "/replay"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"filter\":{}}"))
                .build();
        assertThat(problem(HTTP.send(list, HttpResponse.BodyHandlers.ofString())))
                .isEqualTo("401 urn:mailtide:problem:no-token");
        assertThat(problem(HTTP.send(replay, HttpResponse.BodyHandlers.ofString())))
                .isEqualTo("401 urn:mailtide:problem:no-token");
    }

    private static RecordMetadata raw(String source, String receipt, String body) throws Exception {
        return producer.send(new ProducerRecord<>(
                        TOPICS.raw().name(), null, receipt, body.getBytes(StandardCharsets.UTF_8), rawHeaders(source)))
                .get();
    }

    /** A letter that an earlier release wrote. */
    private static Position letter(String source, String receipt, String body) throws Exception {
        Headers headers = DeadLetterHeaders.of(
                rawHeaders(source),
                Why.internal(new IllegalStateException()),
                TOPICS.raw().name(),
                new Position(0, 0));
        RecordMetadata written = producer.send(new ProducerRecord<>(
                        TOPICS.deadLetters().name(), null, receipt, body.getBytes(StandardCharsets.UTF_8), headers))
                .get();
        return new Position(written.partition(), written.offset());
    }

    private static Headers rawHeaders(String source) {
        Headers headers = new RecordHeaders();
        RawHeaders.add(headers, RawHeaders.SOURCE, source);
        RawHeaders.add(headers, RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(headers, RawHeaders.RECEIVED_AT, Long.toString(RECEIVED.toEpochMilli()));
        return headers;
    }

    private static JsonNode awaitLetters(String parameters, int count) {
        return await().atMost(SOON)
                .until(() -> list(parameters), list -> list.path("deadLetters").size() == count);
    }

    private static int replayed(String body) throws Exception {
        HttpResponse<String> answer = post(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).get("replayed").intValue();
    }

    private static double metric(String name) throws Exception {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }

    private static String problem(HttpResponse<String> answer) throws Exception {
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        return answer.statusCode() + " "
                + JSON.readTree(answer.body()).get("type").textValue();
    }

    private static JsonNode list(String parameters) throws Exception {
        return json("/v1/dead-letters?" + parameters);
    }

    private static JsonNode json(String path) throws Exception {
        return JSON.readTree(get(path).body());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String body) throws Exception {
        return HTTP.send(
                request("/v1/dead-letters/replay")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("Authorization", "Bearer " + TOKEN);
    }
}
