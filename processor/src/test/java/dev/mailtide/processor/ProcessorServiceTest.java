package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.peers.PeerSettings;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
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
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor on a real broker: raw records in, topics and answers out. Each test has domains of its own. */
@OnKafka
class ProcessorServiceTest {

    private static final String TOKEN = "mt_" + "a".repeat(43);
    private static final int OWN_TOPICS_MAX = 2;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger RECEIPTS = new AtomicInteger();

    @TempDir
    static Path folder;

    private static final KafkaAccess KAFKA = TestKafka.access();
    private static final Topics TOPICS = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static ProcessorService service;

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static KafkaProducer<String, byte[]> producer;

    @BeforeAll
    static void start() throws Exception {
        ProcessorSettings settings = new ProcessorSettings(
                new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "processor.port"),
                "test-1",
                folder,
                1,
                Duration.ofMillis(100),
                Duration.ofDays(35),
                OWN_TOPICS_MAX,
                new Secret(TOKEN),
                new Secret("00".repeat(32)),
                PeerSettings.ALONE);
        service = new ProcessorService(settings, Parts.ALL, KAFKA, TOPICS, InstantSource.system(), why -> {});
        producer = new KafkaProducer<>(KAFKA.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
    }

    @Test
    void a_raw_body_is_answered_published_and_fanned_out_and_what_has_no_topic_of_its_own_overflows() throws Exception {
        String[] domains = {"one.example", "two.example", "three.example", "four.example"};
        for (String domain : domains) {
            raw(PauboxBodies.hardBounced("m-1", "care@" + domain, "pat@gmail.com", "2026-04-18T20:27:25.379Z"));
        }
        for (String domain : domains) {
            await().atMost(SOON).until(() -> status("/v1/domains/" + domain) == 200);
            assertThat(json("/v1/domains/" + domain).at("/messages/hardBounced").intValue())
                    .isEqualTo(1);
        }
        await().atMost(SOON).until(() -> fannedOut().size() >= domains.length);

        List<ConsumerRecord<String, byte[]>> events = TopicReader.readAll(
                        KAFKA, TOPICS.events().name())
                .stream()
                .filter(event -> List.of(domains)
                        .contains(event.key().substring(0, event.key().indexOf('/'))))
                .toList();
        assertThat(events).hasSize(domains.length);
        assertThat(fannedOut().stream().map(ProcessorServiceTest::text).toList())
                .containsExactlyInAnyOrderElementsOf(
                        events.stream().map(ProcessorServiceTest::text).toList());
        assertThat(ownTopics()).hasSize(OWN_TOPICS_MAX);
        assertTheRoutesAreListed(domains);
        for (String topic : ownTopics()) {
            String domain =
                    topic.substring(topic.indexOf("domain.") + "domain.".length(), topic.length() - ".v1".length());
            if (List.of(domains).contains(domain)) {
                assertThat(TopicReader.readAll(KAFKA, topic))
                        .extracting(ConsumerRecord::key)
                        .containsExactly(domain + "/m-1");
            }
        }
    }

    private static void assertTheRoutesAreListed(String... domains) throws Exception {
        for (String domain : domains) {
            JsonNode page = json("/v1/topics?limit=1&cursor=" + cursorBefore(domain));
            JsonNode route = page.get("topics").get(0);
            assertThat(route.get("domain").textValue()).isEqualTo(domain);
            assertThat(route.get("topic").textValue())
                    .isEqualTo(
                            route.get("route").textValue().equals("own")
                                    ? TOPICS.ofDomain(new SenderDomain(domain)).name()
                                    : TOPICS.domainOverflow().name());
            assertThat(Instant.parse(route.get("since").textValue())).isAfter(Instant.EPOCH);
        }
        JsonNode all = json("/v1/topics");
        assertThat(all.get("nextCursor").isNull()).isTrue();
        assertThat(all.get("topics").findValuesAsText("domain")).isSorted().contains(domains);
        assertThat(status("/v1/topics?limit=0")).isEqualTo(400);
        assertThat(status("/v1/topics?colour=red")).isEqualTo(400);
    }

    /** Of a name right before this one. */
    private static String cursorBefore(String domain) {
        String before = domain.replace(".example", ".exampld");
        return Base64.getUrlEncoder().withoutPadding().encodeToString(before.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_message_is_answered_with_its_recipients_and_time_line_even_if_its_id_has_slashes() throws Exception {
        String id = "a/b+c=%d?e@slash.example";
        raw(PauboxBodies.softBounced(id, "a@slash.example", "pat@gmail.com", "2026-04-18T20:00:00Z"));
        raw(PauboxBodies.delivered(id, "a@slash.example", "pat@gmail.com", "2026-04-18T20:01:00Z"));
        String path = "/v1/messages/" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "?domain=SLASH.example";
        await().atMost(SOON)
                .until(() -> status(path) == 200
                        && json(path).at("/recipients/0/events").size() == 2);
        String enclosed = "%3C%20" + URLEncoder.encode(id, StandardCharsets.UTF_8) + "%20%3E";
        assertThat(json("/v1/messages/" + enclosed + "?domain=slash.example").get("messageId"))
                .isEqualTo(json(path).get("messageId"));
        JsonNode recipient = json(path).at("/recipients/0");
        assertThat(json(path).get("messageId").textValue()).isEqualTo(id);
        assertThat(recipient.get("recipient").textValue()).isEqualTo("pat@gmail.com");
        assertThat(recipient.get("status").textValue()).isEqualTo("delivered");
        assertThat(recipient.at("/firstTimes/bouncedSoft").textValue()).isEqualTo("2026-04-18T20:00:00.000Z");
        assertThat(recipient.at("/events/0/type").textValue()).isEqualTo("bounced");
        assertThat(recipient.at("/events/1/type").textValue()).isEqualTo("delivered");
    }

    @Test
    void a_body_that_gives_no_event_stands_in_the_dead_letters_byte_for_byte() throws Exception {
        byte[] body = "{\"event_name\":\"x\",\"payload\":{\"from\":\"canary\"}}".getBytes(StandardCharsets.UTF_8);
        String receipt = raw(body);
        await().atMost(SOON).until(() -> letters(receipt).size() == 1);
        assertThat(letters(receipt).get(0).value()).isEqualTo(body);
        assertThat(RawHeaders.text(letters(receipt).get(0).headers(), "dead-letter-reason"))
                .contains("no-sender-domain");
        assertThat(metrics()).contains("mailtide_processor_dead_letters_total{reason=\"no-sender-domain\"} 1.0");
        assertThat(metrics()).doesNotContain("canary");
    }

    @Test
    void domains_are_listed_in_pages_by_name() throws Exception {
        raw(PauboxBodies.delivered("m-1", "a@page-a.example", "x@x.example", "2026-04-18T20:00:00Z"));
        raw(PauboxBodies.delivered("m-1", "a@page-b.example", "x@x.example", "2026-04-18T20:00:00Z"));
        await().atMost(SOON)
                .until(() ->
                        status("/v1/domains/page-a.example") == 200 && status("/v1/domains/page-b.example") == 200);
        TreeSet<String> all = new TreeSet<>();
        String cursor = "";
        do {
            JsonNode page = json("/v1/domains?limit=1" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            assertThat(page.get("domains")).hasSize(1);
            assertThat(page.at("/domains/0/recipientGroups").isMissingNode()).isTrue();
            assertThat(all.add(page.at("/domains/0/domain").textValue())).isTrue();
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : page.get("nextCursor").textValue();
        } while (!cursor.isEmpty());
        assertThat(all).contains("page-a.example", "page-b.example");
        assertThat(json("/v1/domains").get("domains")).hasSize(all.size());
    }

    @Test
    void answers_are_as_of_now_when_everything_is_counted() throws Exception {
        raw(PauboxBodies.delivered("m-1", "a@fresh.example", "x@x.example", "2026-04-18T20:00:00Z"));
        Instant posted = Instant.now();
        await().atMost(SOON).until(() -> status("/v1/domains/fresh.example") == 200);
        await().atMost(SOON)
                .until(() -> Instant.parse(
                                json("/v1/domains/fresh.example").get("asOf").textValue())
                        .isAfter(posted));
        assertThat(json("/v1/domains/fresh.example").has("stale")).isFalse();
    }

    @Test
    void the_state_topic_holds_what_the_api_answers() throws Exception {
        raw(PauboxBodies.delivered("m-1", "a@state.example", "x@x.example", "2026-04-18T20:00:00Z"));
        await().atMost(SOON).until(() -> latestState("state.example").size() == 1);
        JsonNode state = JSON.readTree(latestState("state.example").get(0).value());
        assertThat(state.get("messages"))
                .isEqualTo(json("/v1/domains/state.example").get("messages"));
    }

    @Test
    void a_series_is_answered_with_the_buckets_that_begin_in_the_span() throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Instant hour = now.minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.HOURS);
        Instant happened = hour.plus(Duration.ofMinutes(7));
        raw(PauboxBodies.softBounced("m-1", "a@series.example", "pat@gmail.com", happened.toString()));
        raw(PauboxBodies.delivered("m-1", "a@series.example", "pat@gmail.com", now.toString()));
        String path = "/v1/domains/series.example/series?bucket=";
        await().atMost(SOON)
                .until(() -> status(path + "day") == 200
                        && json(path + "minute").get("buckets").size() == 2);
        JsonNode answer = json(path + "hour&from=" + hour + "&to=" + hour.plusSeconds(1));
        assertThat(answer.get("domain").textValue()).isEqualTo("series.example");
        assertThat(answer.get("bucket").textValue()).isEqualTo("hour");
        assertThat(answer.get("from").textValue()).isEqualTo(Times.text(hour));
        assertThat(answer.get("to").textValue()).isEqualTo(Times.text(hour.plusSeconds(1)));
        assertThat(answer.has("asOf")).isTrue();
        assertThat(answer.get("buckets")).hasSize(1);
        JsonNode bucket = answer.at("/buckets/0");
        assertThat(bucket.get("start").textValue()).isEqualTo(Times.text(hour));
        assertThat(bucket.at("/events/bouncedSoft").intValue()).isEqualTo(1);
        assertThat(bucket.at("/messages/delivered").intValue()).isEqualTo(1);
        assertThat(bucket.at("/messages/softBounced").intValue()).isZero();
        assertThat(bucket.at("/messages/pending").isNull()).isTrue();
        // The end does not belong to the span.
        assertThat(json(path + "hour&from=" + hour.minus(Duration.ofDays(1)) + "&to=" + hour)
                        .get("buckets"))
                .isEmpty();
        assertThat(answer.has("keptFrom")).isFalse();
        JsonNode early = json(path + "minute&from=" + hour.minus(Duration.ofDays(3)) + "&to=" + hour);
        assertThat(Instant.parse(early.get("keptFrom").textValue()))
                .isBetween(
                        now.minus(Duration.ofDays(2)).minus(Duration.ofMinutes(1)),
                        Instant.now().minus(Duration.ofDays(2)));
        assertThat(json(path + "minute&from=" + early.get("keptFrom").textValue() + "&to=" + hour)
                        .has("keptFrom"))
                .isFalse();
        String key = "series.example|hour|" + Times.text(hour);
        await().atMost(SOON)
                .until(() -> TopicReader.readAll(KAFKA, TOPICS.domainSeries().name()).stream()
                        .filter(record -> record.key().equals(key))
                        .map(ProcessorServiceTest::parsed)
                        .anyMatch(bucket::equals));
    }

    private static JsonNode parsed(ConsumerRecord<String, byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains/one.example/series",
                "/v1/domains/one.example/series?bucket=week",
                "/v1/domains/one.example/series?bucket=MINUTE",
                "/v1/domains/one.example/series?bucket=hour&from=yesterday",
                "/v1/domains/one.example/series?bucket=hour&to=2026-04-18T20:27:26",
                "/v1/domains/one.example/series?bucket=hour&to=2026-02-30",
                "/v1/domains/one.example/series?bucket=hour&from=%2B12026-04-18T00:00:00Z",
                "/v1/domains/one.example/series?bucket=hour&from=2026-04-18T20:00:00+02:00",
                "/v1/domains/one.example/series?bucket=minute&from=2026-04-01&to=2026-04-09",
                "/v1/domains/one.example/series?bucket=day&from=2026-04-18&to=2026-04-18",
                "/v1/domains/one.example/series?bucket=day&unknown=1",
                "/v1/domains/under_score.example/series?bucket=day",
                "/v1/domains?limit=0",
                "/v1/domains?limit=1001",
                "/v1/domains?limit=x",
                "/v1/domains?limit=%D9%A3",
                "/v1/domains?limit=1&limit=2",
                "/v1/domains?cursor=%21",
                "/v1/domains?cursor=Xw",
                "/v1/domains?unknown=1",
                "/v1/domains/under_score.example",
                "/v1/messages/m-1",
                "/v1/messages/m-1?domain=under_score"
            })
    void a_parameter_that_is_not_as_expected_is_answered_400(String path) throws Exception {
        HttpResponse<String> answer = get(path, TOKEN);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(JSON.readTree(answer.body()).get("type").textValue())
                .isEqualTo("urn:mailtide:problem:bad-parameter");
    }

    @Test
    void what_an_open_transaction_holds_back_is_waiting_to_be_counted() throws Exception {
        String held = "mailtide-aggregate-1-by-message-repartition";
        long appended = Instant.parse("2026-04-18T20:27:25.379Z").toEpochMilli();
        await().atMost(SOON).until(() -> !json("/v1/domains").has("stale"));
        try (var open = new KafkaProducer<>(
                KAFKA.with(Map.of("transactional.id", "never-ending")),
                new StringSerializer(),
                new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            open.send(new ProducerRecord<>(held, 0, appended, "k", new byte[1])).get();
            await().atMost(SOON)
                    .until(() -> json("/v1/domains").get("asOf").textValue().equals("2026-04-18T20:27:25.379Z"));
            assertThat(json("/v1/domains").get("stale").booleanValue()).isTrue();
            open.abortTransaction();
        }
        await().atMost(SOON).until(() -> !json("/v1/domains").has("stale"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains",
                "/v1/domains/one.example",
                "/v1/domains/one.example/series?bucket=day",
                "/v1/domains/x%0Ay",
                "/v1/messages/m-1?domain=one.example",
                "/v1/nothing",
                "/nothing"
            })
    void without_the_token_there_is_no_answer(String path) throws Exception {
        assertThat(get(path, "mt_" + "b".repeat(43)).statusCode()).isEqualTo(401);
        HttpRequest bare = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .build();
        assertThat(HTTP.send(bare, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/domains/never-heard-of.example",
                "/v1/domains/never-heard-of.example/series?bucket=day",
                "/v1/messages/m-1?domain=never-heard-of.example",
                "/v1/nothing",
                "/nothing"
            })
    void what_was_never_heard_of_is_answered_404(String path) throws Exception {
        await().atMost(SOON).until(() -> status("/v1/domains") == 200);
        HttpResponse<String> answer = get(path, TOKEN);
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    }

    private static String raw(String body) throws Exception {
        return raw(body.getBytes(StandardCharsets.UTF_8));
    }

    private static String raw(byte[] body) throws Exception {
        String receipt = "receipt-" + RECEIPTS.incrementAndGet();
        ProducerRecord<String, byte[]> raw = new ProducerRecord<>(TOPICS.raw().name(), receipt, body);
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(
                raw.headers(),
                RawHeaders.RECEIVED_AT,
                Long.toString(Instant.now().toEpochMilli()));
        producer.send(raw).get();
        return receipt;
    }

    private static List<ConsumerRecord<String, byte[]>> fannedOut() throws Exception {
        List<ConsumerRecord<String, byte[]>> all = new ArrayList<>(
                TopicReader.readAll(KAFKA, TOPICS.domainOverflow().name()));
        for (String topic : ownTopics()) {
            all.addAll(TopicReader.readAll(KAFKA, topic));
        }
        return all.stream()
                .filter(event -> event.key().matches("(one|two|three|four)\\.example/.*"))
                .toList();
    }

    private static List<String> ownTopics() throws Exception {
        try (var admin = KAFKA.openAdmin()) {
            return admin.listTopics().names().get().stream()
                    .filter(TOPICS::isOfADomain)
                    .toList();
        }
    }

    private static List<ConsumerRecord<String, byte[]>> letters(String receipt) {
        return TopicReader.readAll(KAFKA, TOPICS.deadLetters().name()).stream()
                .filter(letter -> receipt.equals(letter.key()))
                .toList();
    }

    private static List<ConsumerRecord<String, byte[]>> latestState(String domain) {
        return TopicReader.readAll(KAFKA, TOPICS.domainState().name()).stream()
                .filter(state -> domain.equals(state.key()))
                .toList();
    }

    private static String text(ConsumerRecord<String, byte[]> record) {
        StringBuilder text = new StringBuilder(record.key() + "=" + new String(record.value(), StandardCharsets.UTF_8));
        record.headers()
                .forEach(header -> text.append(' ')
                        .append(header.key())
                        .append('=')
                        .append(new String(header.value(), StandardCharsets.UTF_8)));
        return text.toString();
    }

    private static int status(String path) throws Exception {
        return get(path, TOKEN).statusCode();
    }

    private static JsonNode json(String path) throws Exception {
        return JSON.readTree(get(path, TOKEN).body());
    }

    private static String metrics() throws Exception {
        return get("/metrics", TOKEN).body();
    }

    private static HttpResponse<String> get(String path, String token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("Authorization", "Bearer " + token)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
