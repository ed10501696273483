package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.normalise.Reading;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes of bodies that no well-meaning sender posts: each has a stated result, and harms none of its neighbours. */
class BadInputTest {

    private static final Instant RECEIVED = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final String TIME = "2026-04-18T20:27:25.379Z";
    private static final String FROM = "care@clinic.example";

    private static final Normaliser NORMALISER = new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES]));

    @TempDir
    Path folder;

    private AggregateHarness stream;
    private int receipts;
    private List<JsonNode> published = List.of();

    @BeforeEach
    void start() {
        stream = new AggregateHarness(folder);
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2099-01-01T00:00:00Z\"",
                "\"+12026-04-18T20:27:25Z\"",
                "\"-0005-01-01T00:00:00Z\"",
                "\"2026-04-18T20:27:25\"",
                "\"2026-02-30T20:27:25Z\"",
                "1776544045",
                "-1",
                "1e400",
                "\"\"",
                "null",
                "{}"
            })
    void an_unusable_time_is_the_time_of_receipt(String time) {
        receives(withMember("time", time));
        assertThat(onlyEvent().get("occurredAt").textValue()).isEqualTo("2026-04-18T20:27:26.001Z");
        assertThat(onlyEvent().get("occurredAtSource").textValue()).isEqualTo("received");
    }

    @Test
    void a_missing_time_is_the_time_of_receipt() {
        ObjectNode payload = payload();
        payload.remove("time");
        receives(PauboxBodies.named(PauboxBodies.DELIVERED, payload));
        assertThat(onlyEvent().get("occurredAtSource").textValue()).isEqualTo("received");
    }

    @Test
    void an_event_of_1970_is_an_event_of_1970() {
        receives(withMember("time", "\"1970-01-01T00:00:00Z\""));
        assertThat(onlyEvent().get("occurredAt").textValue()).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(state().get("firstEventAt").textValue()).isEqualTo("1970-01-01T00:00:00.000Z");
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7",
        "'\"7\"', 7",
        "-7, -7",
        "9223372036854775808, 9223372036854775808",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "true, true"
    })
    void an_id_of_any_type_and_size_is_text_with_all_its_digits(String json, String text) {
        receives(withMember("id", json));
        assertThat(onlyEvent().get("providerMessageId").textValue()).isEqualTo(text);
    }

    @Test
    void a_number_of_more_than_a_thousand_characters_is_no_json() {
        receives(withMember("id", "9".repeat(1_001)));
        assertThat(reasons()).containsExactly("not-json");
    }

    @Test
    void nesting_of_a_hundred_thousand_levels_is_no_json_wherever_it_stands() {
        String open = "[".repeat(100_000);
        String shut = "]".repeat(100_000);
        receives(
                open,
                open + shut,
                withMember("subject", open + shut),
                "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000));
        assertThat(reasons()).containsExactly("not-json", "not-json", "not-json", "not-json");
    }

    @Test
    void of_a_key_that_stands_twice_the_last_one_counts() {
        receives("{\"event_name\":\"api_mail_log_opened\",\"event_name\":\"api_mail_log_delivered\",\"payload\":{},"
                + "\"payload\":{\"from\":\"a@first.example\",\"from\":\"" + FROM
                + "\",\"header_message_id\":\"<m-1>\"}}");
        assertThat(onlyEvent().get("type").textValue()).isEqualTo("delivered");
        assertThat(onlyEvent().get("senderDomain").textValue()).isEqualTo("clinic.example");
    }

    @Test
    void a_lone_surrogate_is_replaced_wherever_it_stands() {
        receives(withMember("subject", "\"x\\ud800y\""), withMember("header_message_id", "\"<\\udc00>\""));
        List<JsonNode> events = events();
        assertThat(events.get(0).get("subject").textValue()).isEqualTo("x\uFFFDy");
        assertThat(events.get(1).get("messageId").textValue()).isEqualTo("\uFFFD");
    }

    @Test
    void bytes_that_are_no_utf8_are_no_json() {
        byte[] bad = withMember("subject", "\"x??y\"").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bad.length; i++) {
            bad[i] = bad[i] == '?' ? (byte) 0xED : bad[i];
        }
        receives(Body.of(bad));
        assertThat(reasons()).containsExactly("not-json");
    }

    @Test
    void several_addresses_where_one_belongs_are_one_recipient_by_their_text_and_the_last_domain() {
        receives(
                withMember("to", "[\"pat@gmail.com\",\"sam@gmail.com\"]"),
                withMember("to", "\"pat@gmail.com, sam@gmail.com\""),
                withMember("from", "\"care@clinic.example, care@other.example\""));
        List<JsonNode> events = events();
        assertThat(events.get(0).has("recipient")).isFalse();
        assertThat(events.get(1).get("recipient").textValue()).isEqualTo("pat@gmail.com, sam@gmail.com");
        assertThat(events.get(2).get("senderDomain").textValue()).isEqualTo("other.example");
    }

    @Test
    void nul_is_kept_in_texts_and_makes_no_domain() {
        receives(
                withMember("header_message_id", "\"<m\\u00001>\""),
                withMember("from", "\"a@clinic\\u0000.example\""),
                "\0");
        assertThat(onlyEvent().get("messageId").textValue()).isEqualTo("m\0" + "1");
        assertThat(reasons()).containsExactly("no-sender-domain", "not-json");
    }

    @Test
    void a_byte_order_mark_is_read_over_and_alone_is_no_json() {
        receives("\uFEFF" + body("m-1", "pat@gmail.com", TIME), "\uFEFF");
        assertThat(onlyEvent().get("messageId").textValue()).isEqualTo("m-1");
        assertThat(reasons()).containsExactly("not-json");
    }

    @Test
    void an_array_is_a_dead_letter_whatever_stands_in_it() {
        receives("[]", "[" + body("m-1", "pat@gmail.com", TIME) + "]");
        assertThat(reasons()).containsExactly("not-an-object", "not-an-object");
        assertThat(stream.events()).isEmpty();
    }

    @Test
    void a_thousand_copies_of_one_body_at_once_are_one_event() {
        for (int i = 0; i < 1_000; i++) {
            receives(body("m-1", "pat@gmail.com", TIME));
        }
        assertThat(events()).hasSize(1);
        assertThat(state().at("/events/delivered").intValue()).isEqualTo(1);
        assertThat(state().at("/messages/total").intValue()).isEqualTo(1);
        assertThat(stream.counted("mailtide_processor_events_duplicate_total")).isEqualTo(999);
    }

    @Test
    void two_events_that_are_equal_but_for_their_time_are_two_events_of_one_message() {
        receives(body("m-1", "pat@gmail.com", TIME), body("m-1", "pat@gmail.com", "2026-04-18T20:27:25.380Z"));
        assertThat(events()).hasSize(2);
        assertThat(state().at("/events/delivered").intValue()).isEqualTo(2);
        assertThat(state().at("/messages/delivered").intValue()).isEqualTo(1);
    }

    @Test
    void the_same_ids_and_time_with_another_text_are_one_event_and_the_first_text_stays() {
        receives(withMember("subject", "\"first\""), withMember("subject", "\"second\""));
        assertThat(onlyEvent().get("subject").textValue()).isEqualTo("first");
        assertThat(stream.counted("mailtide_processor_events_duplicate_total")).isEqualTo(1);
    }

    @Test
    void the_same_ids_with_another_recipient_or_kind_are_events_of_their_own() {
        receives(
                body("m-1", "pat@gmail.com", TIME),
                body("m-1", "other@gmail.com", TIME),
                PauboxBodies.opened("m-1", FROM, "pat@gmail.com", TIME));
        assertThat(events()).hasSize(3);
        assertThat(state().at("/messages/total").intValue()).isEqualTo(2);
    }

    @Test
    void bad_bodies_harm_none_of_their_neighbours() {
        receives(body("m-1", "pat@gmail.com", TIME), "[".repeat(100_000), "", "{", body("m-2", "pat@gmail.com", TIME));
        assertThat(events())
                .extracting(event -> event.get("messageId").textValue())
                .containsExactly("m-1", "m-2");
        assertThat(reasons()).containsExactly("not-json", "empty", "not-json");
    }

    @Test
    void a_message_to_fifty_thousand_recipients_is_so_many_small_rows_and_its_answer_says_partial() {
        // The step alone: a driver forces a file to the disk for each record, which takes minutes here.
        MockProcessorContext<String, Parcel> context = new MockProcessorContext<>();
        KeyValueStore<byte[], byte[]> facts = store(LedgerRows.FACTS, context);
        KeyValueStore<byte[], byte[]> events = store(LedgerRows.EVENTS, context);
        AggregateMeters meters = new AggregateMeters(new Meters());
        Ledger ledger = new Ledger(
                AggregateHarness.REMEMBER_FOR, new DeadLetterRecords("email.raw.v1", meters), meters, new Outside());
        ledger.init(context);
        Totals totals = Totals.NOTHING;
        for (int i = 0; i < 50_000; i++) {
            ledger.process(entry(body("m-1", "p" + i + "@gmail.com", TIME), i));
            for (var out : context.forwarded()) {
                Parcel parcel = out.record().value();
                if (parcel.isFor(Parcel.Exit.TOTALS)) {
                    totals = totals.plus(DeltaCodec.decode(Objects.requireNonNull(parcel.bytes())));
                }
            }
            assertThat(context.forwarded()).hasSize(2);
            context.resetForwards();
        }
        assertThat(totals.messages().of(MessageCount.DELIVERED)).isEqualTo(50_000);
        assertThat(longestValue(facts)).isLessThan(128);
        assertThat(longestValue(events)).isLessThan(128);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        MessageKey message = new MessageKey(new SenderDomain("clinic.example"), "m-1");
        MessageJson.addTo(answer, message, facts, events, FieldPolicy.KEEP);
        assertThat(answer.get("recipients")).hasSize(1_000);
        assertThat(answer.get("partial").booleanValue()).isTrue();
        assertThat(answer.toString().length()).isLessThan(1_000_000);
    }

    private static Record<String, byte[]> entry(String body, long offset) {
        var raw = new dev.mailtide.processor.normalise.RawBody("r-1", "paubox-main", "paubox", RECEIVED);
        Reading reading = NORMALISER.read(raw, body.getBytes(StandardCharsets.UTF_8));
        EmailEvent event = ((Reading.Understood) reading).event();
        byte[] entry = LedgerEntry.of(event, new RawPosition(0, offset)).encode();
        return new Record<>(event.messageKey().text(), entry, RECEIVED.toEpochMilli());
    }

    private static KeyValueStore<byte[], byte[]> store(String name, MockProcessorContext<String, Parcel> context) {
        KeyValueStore<byte[], byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    private static int longestValue(KeyValueStore<byte[], byte[]> store) {
        int longest = 0;
        try (KeyValueIterator<byte[], byte[]> rows = store.all()) {
            while (rows.hasNext()) {
                longest = Math.max(longest, rows.next().value.length);
            }
        }
        return longest;
    }

    private void receives(String... bodies) {
        for (String body : bodies) {
            receives(Body.ofText(body));
        }
    }

    private void receives(Body body) {
        receipts++;
        stream.receives(new RawBody("r-" + receipts, body, "paubox-main", "paubox", RECEIVED, RECEIVED));
    }

    private static String body(String messageId, String to, String time) {
        return PauboxBodies.delivered(messageId, FROM, to, time);
    }

    private static ObjectNode payload() {
        return PauboxBodies.payload("m-1", FROM, "pat@gmail.com", TIME);
    }

    /** One member of the payload as this JSON, which no library would write. */
    private static String withMember(String name, String json) {
        ObjectNode payload = payload();
        payload.put(name, "MEMBER");
        return PauboxBodies.named(PauboxBodies.DELIVERED, payload).replace("\"MEMBER\"", json);
    }

    private List<JsonNode> events() {
        if (published.isEmpty()) {
            published = stream.events().stream()
                    .map(TestRecord::value)
                    .<JsonNode>map(AggregateHarness::parse)
                    .toList();
        }
        return published;
    }

    private JsonNode onlyEvent() {
        assertThat(events()).hasSize(1);
        return events().get(0);
    }

    private List<String> reasons() {
        return stream.deadLetters().stream()
                .map(letter ->
                        RawHeaders.text(letter.headers(), "dead-letter-reason").orElseThrow())
                .toList();
    }

    private ObjectNode state() {
        return Objects.requireNonNull(stream.states().get("clinic.example"), "no state");
    }
}
