package dev.mailtide.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mailtide.common.event.EmailEvent.Details;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventCodecTest {

    private static final String MINIMAL = new String(Golden.bytes("event/v1/minimal.json"), UTF_8);

    @Test
    void an_event_with_every_field_is_the_golden_file() {
        assertIsGolden(Events.full(), "full");
    }

    @Test
    void an_event_without_any_optional_field_is_the_golden_file() {
        assertIsGolden(Events.minimal(), "minimal");
    }

    @ParameterizedTest
    @EnumSource
    void an_event_of_each_kind_is_the_golden_file(EventKind kind) {
        assertIsGolden(
                Events.minimal(kind, "event-of-the-provider"),
                "kind-" + kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    private static void assertIsGolden(EmailEvent event, String name) {
        byte[] golden = Golden.bytes("event/v1/" + name + ".json");

        assertThat(new String(EventCodec.encode(event), UTF_8)).isEqualTo(new String(golden, UTF_8));
        assertThat(EventCodec.decode(golden)).isEqualTo(event);
    }

    @Test
    void what_is_decoded_after_encoding_is_the_same_event() {
        for (long seed = 0; seed < 500; seed++) {
            EmailEvent event = RandomEvents.ofSeed(seed);

            assertThat(EventCodec.decode(EventCodec.encode(event)))
                    .as("seed %d", seed)
                    .isEqualTo(event);
        }
    }

    @Test
    void equal_events_give_equal_bytes_whatever_the_order_of_their_maps() {
        Map<String, String> ascending = new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3"));
        Map<String, String> descending = new TreeMap<>(ascending).descendingMap();

        assertThat(EventCodec.encode(withHeaders(descending))).isEqualTo(EventCodec.encode(withHeaders(ascending)));
    }

    private static EmailEvent withHeaders(Map<String, String> headers) {
        return Events.minimal().with(Details.NONE.with(headers, Details.NONE.truncated()));
    }

    @Test
    void a_field_that_a_later_release_adds_is_ignored() {
        String later = MINIMAL.replaceFirst("\\{", "{\"added\":{\"id\":[1,null]},");

        assertThat(EventCodec.decode(later.getBytes(UTF_8))).isEqualTo(Events.minimal());
    }

    @Test
    void the_order_of_the_fields_does_not_matter_to_readers() {
        String id = "\"id\":\"00000000000000000000000000000000\",";
        String reordered = MINIMAL.replace(id, "").replaceFirst("\\{", "{\"subject\":\"Hello\"," + id);

        assertThat(EventCodec.decode(reordered.getBytes(UTF_8)))
                .isEqualTo(Events.minimal().with(Details.ofSubject(Optional.of("Hello"))));
    }

    @Test
    void a_character_beyond_16_bits_is_read_escaped_or_not() {
        String unescaped = new String(Golden.bytes("event/v1/full.json"), UTF_8).replace("\\uD83D\\uDE00", "😀");

        assertThat(unescaped).contains("😀");
        assertThat(EventCodec.decode(unescaped.getBytes(UTF_8))).isEqualTo(Events.full());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "type",
                "source",
                "provider",
                "providerEvent",
                "senderDomain",
                "fromSource",
                "messageId",
                "messageIdSource",
                "occurredAt",
                "occurredAtSource",
                "receivedAt",
                "receiptId",
            })
    void an_event_without_a_required_field_is_refused_by_its_name(String field) {
        String without = MINIMAL.replace("\"" + field + "\":", "\"other\":");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCodec.decode(without.getBytes(UTF_8)))
                .withMessage("an event without " + field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "7", "\"id\"", "{}", ""})
    void json_that_is_no_event_is_refused(String json) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCodec.decode(json.getBytes(UTF_8)))
                .withMessage("an event without id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pat@home.example", "{\"recipient\":\"pat@home.example\"", "{\"a\":pat@home.example}"})
    void the_error_for_what_is_not_json_quotes_none_of_it(String content) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EventCodec.decode(content.getBytes(UTF_8)))
                .withMessage("an event that is not JSON, of " + content.length() + " bytes")
                .withNoCause();
    }

    @ParameterizedTest
    @CsvSource({
        "type, \"delivered\"",
        "provider, \"paubox\"",
        "senderDomain, \"clinic.example\"",
        "fromSource, \"config\"",
        "messageIdSource, \"fingerprint\"",
        "occurredAt, \"2026-01-01T00:00:00.000Z\"",
        "occurredAtSource, \"received\"",
        "receivedAt, \"2026-01-01T00:00:00.000Z\"",
    })
    void a_field_with_a_value_that_it_cannot_have_is_refused(String field, String value) {
        String before = "\"" + field + "\":" + value;
        String wrong = MINIMAL.replace(before, "\"" + field + "\":\"No such value!\"");

        assertThat(wrong).isNotEqualTo(MINIMAL);
        assertThatIllegalArgumentException().isThrownBy(() -> EventCodec.decode(wrong.getBytes(UTF_8)));
    }
}
