package dev.mailtide.testkit.fold;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.nio.charset.Charset;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauboxReaderTest {

    private static final Instant RECEIVED = Instant.parse("2026-04-18T12:00:00Z");
    private static final String CARE = "care@clinic.example";
    private static final String PAT = "pat@example.com";
    private static final String TIME = "2026-04-18T11:00:00.000Z";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "``;empty",
                "` `;not-json",
                "{} x;not-json",
                "{\"a\":01};not-json",
                "[{}];not-an-object",
                "null;not-an-object",
                "{\"payload\":{}};no-event-name",
                "{\"event_name\":7,\"payload\":{}};no-event-name",
                "{\"event_name\":\"x\",\"event_name\":null};no-event-name",
                "{\"event_name\":\"x\",\"payload\":[]};no-payload",
                "{\"event_name\":\"x\",\"payload\":{}};no-sender-domain",
            })
    void a_body_that_is_no_event_has_the_first_reason_that_applies(String body, String reason) {
        assertThat(reasonOf(Body.ofText(body))).isEqualTo(reason);
    }

    @Test
    void an_unknown_provider_is_asked_for_before_what_only_paubox_has() {
        Body body = Body.ofText("{}");
        RawBody raw = new RawBody("r-1", body, "main", "other", RECEIVED, RECEIVED);
        assertThat(PauboxReader.read(raw)).isEqualTo(new Reading.DeadLetter("unknown-provider"));
    }

    @Test
    void nesting_and_numbers_are_read_up_to_their_limits_and_not_beyond() {
        assertThat(reasonOf(Body.ofText("[".repeat(1_000) + "]".repeat(1_000)))).isEqualTo("not-an-object");
        assertThat(reasonOf(Body.ofText("[".repeat(1_001) + "]".repeat(1_001)))).isEqualTo("not-json");
        assertThat(reasonOf(Body.ofText("1".repeat(1_000)))).isEqualTo("not-an-object");
        assertThat(reasonOf(Body.ofText("1".repeat(1_001)))).isEqualTo("not-json");
    }

    @Test
    void bad_utf_8_is_refused_where_the_parser_would_let_it_pass() {
        assertThat(reasonOf(quoted((byte) 0xC3))).isEqualTo("not-json");
        assertThat(reasonOf(quoted((byte) 0xC0, (byte) 0xAF))).isEqualTo("not-json");
        assertThat(reasonOf(quoted((byte) 0xED, (byte) 0xA0, (byte) 0x80))).isEqualTo("not-json");
    }

    @Test
    void every_unicode_encoding_is_read_with_a_byte_order_mark_and_without() {
        String sample = PauboxBodies.documentedSample();
        Event expected = event(sample);
        for (Charset charset :
                new Charset[] {UTF_8, UTF_16BE, Charset.forName("UTF-16LE"), Charset.forName("UTF-32LE")}) {
            assertThat(eventOf(Body.of(sample.getBytes(charset))).fingerprint()).isEqualTo(expected.fingerprint());
            assertThat(eventOf(Body.of(("\uFEFF" + sample).getBytes(charset))).row())
                    .isEqualTo(expected.row());
        }
    }

    @Test
    void the_documented_sample_is_a_hard_bounce_with_a_fixed_fingerprint_whatever_its_custom_headers() {
        Event event = event(PauboxBodies.documentedSample());
        assertThat(event.row())
                .isEqualTo(new Event.Row(
                        "xxxxxxx.com", "XXX430aa-9b7c-42d5-9614-2e38f5a3f71f@XXXXXXXXX.com", "xxxxxxx@xxxxxxx.com"));
        assertThat(event.kind()).isEqualTo(Kind.BOUNCED_HARD);
        assertThat(event.fingerprint()).isEqualTo("15d374e9617ed9391a553bc712aed92d");
        assertThat(event(PauboxBodies.documentedSampleWithCustomHeaders()).fingerprint())
                .isEqualTo(event.fingerprint());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "care@Clinic.Example;clinic.example",
                "Care <care@clinic.example>;clinic.example",
                "`\"Team, Care\" <care@clinic.example>`;clinic.example",
                "Care, Team <care@clinic.example>;clinic.example",
                "care@clinic.example.;clinic.example",
                "care@(home)clinic.example;clinic.example",
                "care@m\u00fcnchen.example;xn--mnchen-3ya.example",
                "care@localhost;localhost",
            })
    void the_sender_domain_is_what_follows_the_last_at_sign(String from, String domain) {
        assertThat(event(PauboxBodies.delivered("m-1", from, PAT, TIME)).row().domain())
                .isEqualTo(domain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"care", "care@", "care@[192.0.2.1]", "care@192.0.2.1", "care@-a.example", "care@a..b", "<>"})
    void a_sender_without_a_usable_domain_is_a_dead_letter(String from) {
        assertThat(reasonOf(Body.ofText(PauboxBodies.delivered("m-1", from, PAT, TIME))))
                .isEqualTo("no-sender-domain");
    }

    @Test
    void a_message_without_an_id_of_usable_length_falls_back_to_its_tracking_id_then_to_its_fingerprint() {
        ObjectNode payload = PauboxBodies.payload("m".repeat(999), CARE, PAT, TIME);
        String tracked = PauboxBodies.named(PauboxBodies.DELIVERED, payload.put("source_tracking_id", 17));
        assertThat(event(tracked).row().messageId()).isEqualTo("17");
        String bare = PauboxBodies.named(PauboxBodies.DELIVERED, payload.putNull("source_tracking_id"));
        assertThat(event(bare).row().messageId()).isEqualTo("~" + event(tracked).fingerprint());
    }

    @Test
    void a_number_keeps_all_its_digits_as_they_were_written() {
        String asNumber = PauboxBodies.delivered("m-1", CARE, PAT, TIME).replace("5555555555", "1.50e+3");
        String asText = PauboxBodies.delivered("m-1", CARE, PAT, TIME).replace("5555555555", "\"1.50e+3\"");
        assertThat(event(asNumber).fingerprint()).isEqualTo(event(asText).fingerprint());
    }

    @Test
    void a_time_is_believed_up_to_one_hour_ahead() {
        assertThat(event(PauboxBodies.delivered("m-1", CARE, PAT, "2026-04-18T15:00:00.0009+02:00"))
                        .occurredAt())
                .isEqualTo(Instant.parse("2026-04-18T13:00:00Z"));
        assertThat(event(PauboxBodies.delivered("m-1", CARE, PAT, "2026-04-18T15:00:00.001+02:00"))
                        .occurredAt())
                .isEqualTo(RECEIVED);
    }

    private static Body quoted(byte... inside) {
        byte[] bytes = new byte[inside.length + 2];
        bytes[0] = '"';
        System.arraycopy(inside, 0, bytes, 1, inside.length);
        bytes[bytes.length - 1] = '"';
        return Body.of(bytes);
    }

    private static Event event(String body) {
        return eventOf(Body.ofText(body));
    }

    private static Event eventOf(Body body) {
        return ((Reading.Understood) read(body)).event();
    }

    private static String reasonOf(Body body) {
        return ((Reading.DeadLetter) read(body)).reason();
    }

    private static Reading read(Body body) {
        return PauboxReader.read(new RawBody("r-1", body, "main", "paubox", RECEIVED, RECEIVED));
    }
}
