package dev.mailtide.processor.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EmailEvent.MessageIdSource;
import dev.mailtide.common.event.EmailEvent.OccurredAtSource;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormaliserTest {

    private static final Instant RECEIVED = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final RawBody RAW = new RawBody("receipt-1", "paubox-main", "paubox", RECEIVED);

    private final Normaliser normaliser = new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES]));

    @Test
    void the_documented_sample_gives_this_event_to_the_letter() {
        assertThat(new String(
                        EventCodec.encode(event(PauboxBodies.documentedSampleWithCustomHeaders())),
                        StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"id\":\"15d374e9617ed9391a553bc712aed92d\",\"type\":\"bounced\",\"bounceType\":\"hard\","
                                + "\"source\":\"paubox-main\",\"provider\":\"paubox\",\"providerEvent\":\"api_mail_log_permanent_failure\","
                                + "\"senderDomain\":\"xxxxxxx.com\",\"from\":\"XXXXXX@XXXXXXX.com\",\"fromSource\":\"payload\","
                                + "\"recipient\":\"xxxxxxx@xxxxxxx.com\",\"recipientDomain\":\"xxxxxxx.com\","
                                + "\"recipientKey\":\"a5f1a04790925a4dd1a66731459518f0\","
                                + "\"messageId\":\"XXX430aa-9b7c-42d5-9614-2e38f5a3f71f@XXXXXXXXX.com\",\"messageIdSource\":\"message-id\","
                                + "\"trackingId\":\"XXXef39e-b376-4a44-b2b9-85bdb406dXXX\",\"queueId\":\"XXXyFY0y3Yz2XXX\","
                                + "\"providerMessageId\":\"5555555555\",\"occurredAt\":\"2022-04-18T20:27:25.379Z\","
                                + "\"occurredAtSource\":\"payload\",\"receivedAt\":\"2026-04-18T20:27:26.001Z\",\"receiptId\":\"receipt-1\","
                                + "\"subject\":\"Hello from the Paubox Email API\",\"customHeaders\":{\"X-Custom-Header\":\"value\"}}");
    }

    @Test
    void both_documented_forms_are_one_event() {
        assertThat(event(PauboxBodies.documentedSample()).id())
                .isEqualTo(
                        event(PauboxBodies.documentedSampleWithCustomHeaders()).id())
                .isEqualTo(new Fingerprint("15d374e9617ed9391a553bc712aed92d"));
    }

    @ParameterizedTest
    @CsvSource({
        "api_mail_log_delivered, DELIVERED",
        "api_mail_log_temporary_failure, BOUNCED_SOFT",
        "api_mail_log_permanent_failure, BOUNCED_HARD",
        "api_mail_log_opened, OPENED",
        "API_MAIL_LOG_OPENED, OPENED",
        "inbound_mail_received, UNKNOWN"
    })
    void event_names_become_kinds(String eventName, EventKind kind) {
        EmailEvent event = event("{\"event_name\":\" " + eventName + " \",\"payload\":{\"from\":\"a@a.example\"}}");
        assertThat(event.kind()).isEqualTo(kind);
        assertThat(event.providerEvent()).isEqualTo(eventName);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "care@clinic.example | clinic.example",
                "CARE@CLINIC.EXAMPLE. | clinic.example",
                "Care Team <care@clinic.example> | clinic.example",
                "\\\"Care, Team <a@b.example>\\\" <care@clinic.example> | clinic.example",
                "info@praxis-müller.example | xn--praxis-mller-klb.example",
                "info@XN--PRAXIS-MLLER-KLB.example | xn--praxis-mller-klb.example"
            })
    void the_sender_domain_is_that_of_the_address_in_from(String from, String domain) {
        EmailEvent event = event("{\"event_name\":\"e\",\"payload\":{\"from\":\"" + from + "\"}}");
        assertThat(event.sender().domain()).isEqualTo(new SenderDomain(domain));
    }

    @Test
    void a_body_compressed_by_gzip_is_the_same_event() {
        byte[] plain = PauboxBodies.documentedSample().getBytes(StandardCharsets.UTF_8);
        assertThat(normaliser.read(RAW, gzip(plain))).isEqualTo(normaliser.read(RAW, plain));
    }

    @Test
    void what_begins_like_gzip_and_is_damaged_or_too_large_says_so() {
        byte[] whole = gzip(PauboxBodies.documentedSample().getBytes(StandardCharsets.UTF_8));
        assertThat(reasonOf(Arrays.copyOf(whole, whole.length - 9))).isEqualTo(DeadReason.BAD_GZIP);
        assertThat(reasonOf(new byte[] {0x1f, (byte) 0x8b})).isEqualTo(DeadReason.BAD_GZIP);
        assertThat(reasonOf(gzip(new byte[Gzip.CONTENT_BYTES_MAX + 1]))).isEqualTo(DeadReason.TOO_LARGE);
        assertThat(reasonOf(gzip(new byte[Gzip.CONTENT_BYTES_MAX]))).isEqualTo(DeadReason.NOT_JSON);
        assertThat(reasonOf(new byte[] {0x1f})).isEqualTo(DeadReason.NOT_JSON);
        byte[] empty = gzip(new byte[0]);
        byte[] many = new byte[100_000 * empty.length];
        for (int i = 0; i < many.length; i += empty.length) {
            System.arraycopy(empty, 0, many, i, empty.length);
        }
        assertThat(reasonOf(many)).isEqualTo(DeadReason.BAD_GZIP);
    }

    private DeadReason reasonOf(byte[] body) {
        return ((Reading.Unreadable) normaliser.read(RAW, body)).reason();
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream compressed = new GZIPOutputStream(bytes)) {
            compressed.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Test
    void only_the_two_keys_and_from_are_needed() {
        EmailEvent event = event("{\"event_name\":\"api_mail_log_delivered\",\"payload\":{\"from\":\"a@a.example\"}}");
        assertThat(event.recipient().address()).isEmpty();
        assertThat(event.recipient().key()).isEmpty();
        assertThat(event.message().id()).isEqualTo("~" + event.id().hex());
        assertThat(event.message().idSource()).isEqualTo(MessageIdSource.FINGERPRINT);
        assertThat(event.occurrence().at()).isEqualTo(RECEIVED);
        assertThat(event.occurrence().source()).isEqualTo(OccurredAtSource.RECEIVED);
        assertThat(event.details()).isEqualTo(EmailEvent.Details.NONE);
    }

    @Test
    void without_a_message_id_the_tracking_id_is_the_message() {
        EmailEvent event = event(
                "{\"event_name\":\"e\",\"payload\":{\"from\":\"a@a.example\",\"source_tracking_id\":\" t-1 \",\"header_message_id\":\"<>\"}}");
        assertThat(event.message().id()).isEqualTo("t-1");
        assertThat(event.message().idSource()).isEqualTo(MessageIdSource.TRACKING_ID);
    }

    @ParameterizedTest
    @CsvSource({
        "5555555555, 5555555555",
        "9223372036854775808, 9223372036854775808",
        "123456789012345678901234567890, 123456789012345678901234567890",
        "'\"5555555555\"', 5555555555"
    })
    void ids_keep_all_their_digits(String json, String id) {
        EmailEvent event = event("{\"event_name\":\"e\",\"payload\":{\"from\":\"a@a.example\",\"id\":" + json + "}}");
        assertThat(event.message().providerMessageId()).contains(id);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-04-18T20:27:25.379Z, 2026-04-18T20:27:25.379Z",
        "2026-04-18T22:27:25.379999+02:00, 2026-04-18T20:27:25.379Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z",
        "2026-04-18T21:27:26.001Z, 2026-04-18T21:27:26.001Z"
    })
    void a_usable_time_is_the_time_of_the_event(String time, Instant occurredAt) {
        EmailEvent event = event(PauboxBodies.delivered("m-1", "a@a.example", "b@b.example", time));
        assertThat(event.occurrence().at()).isEqualTo(occurredAt);
        assertThat(event.occurrence().source()).isEqualTo(OccurredAtSource.PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2099-01-01T00:00:00Z",
                "2026-04-18T21:27:26.002Z",
                "2026-04-18T20:27:25",
                "-0005-01-01T00:00:00Z",
                "yesterday",
                "1776544045"
            })
    void an_unusable_time_is_the_time_of_receipt(String time) {
        EmailEvent event = event(PauboxBodies.delivered("m-1", "a@a.example", "b@b.example", time));
        assertThat(event.occurrence().at()).isEqualTo(RECEIVED);
        assertThat(event.occurrence().source()).isEqualTo(OccurredAtSource.RECEIVED);
    }

    @Test
    void without_a_usable_time_each_receipt_is_an_event_of_its_own() {
        String body = PauboxBodies.delivered("m-1", "a@a.example", "b@b.example", "yesterday");
        RawBody other = new RawBody("receipt-2", "paubox-main", "paubox", RECEIVED);
        assertThat(read(body, other)).isNotEqualTo(read(body, RAW));
        assertThat(event(body).id()).isEqualTo(event(body).id());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | EMPTY",
                "hello | NOT_JSON",
                "{} {} | NOT_JSON",
                "[{}] | NOT_AN_OBJECT",
                "17 | NOT_AN_OBJECT",
                "{} | NO_EVENT_NAME",
                "{\"event_name\":7,\"payload\":{}} | NO_EVENT_NAME",
                "{\"event_name\":\" \",\"payload\":{}} | NO_EVENT_NAME",
                "{\"event_name\":\"e\"} | NO_PAYLOAD",
                "{\"event_name\":\"e\",\"payload\":[]} | NO_PAYLOAD",
                "{\"event_name\":\"e\",\"payload\":{}} | NO_SENDER_DOMAIN",
                "{\"event_name\":\"e\",\"payload\":{\"from\":\"nobody\"}} | NO_SENDER_DOMAIN",
                "{\"event_name\":\"e\",\"payload\":{\"from\":\"a@[192.0.2.1]\"}} | NO_SENDER_DOMAIN",
                "{\"event_name\":\"e\",\"payload\":{\"from\":\"a@under_score.example\"}} | NO_SENDER_DOMAIN"
            })
    void a_body_that_gives_no_event_says_why(String body, DeadReason reason) {
        assertThat(read(body == null ? "" : body, RAW)).isEqualTo(new Reading.Unreadable(reason));
    }

    @Test
    void a_provider_that_nobody_knows_gives_no_event() {
        RawBody raw = new RawBody("receipt-1", "s", "carrier-pigeon", RECEIVED);
        assertThat(read(PauboxBodies.documentedSample(), raw))
                .isEqualTo(new Reading.Unreadable(DeadReason.UNKNOWN_PROVIDER));
    }

    @Test
    void bodies_that_break_parsers_are_readings_and_not_exceptions() {
        String deep = "[".repeat(100_000);
        String longNumber =
                "{\"event_name\":\"e\",\"payload\":{\"from\":\"a@a.example\",\"id\":" + "9".repeat(1_001) + "}}";
        assertThat(read(deep, RAW)).isEqualTo(new Reading.Unreadable(DeadReason.NOT_JSON));
        assertThat(read(longNumber, RAW)).isEqualTo(new Reading.Unreadable(DeadReason.NOT_JSON));
        assertThat(normaliser.read(RAW, new byte[] {'"', (byte) 0xC0, (byte) 0xAF, '"'}))
                .isEqualTo(new Reading.Unreadable(DeadReason.NOT_JSON));
    }

    @Test
    void a_lone_surrogate_is_replaced_and_nul_is_kept() {
        String body = "{\"event_name\":\"e\",\"payload\":{\"from\":\"a@a.example\",\"subject\":\"x\\ud800y\\u0000z\","
                + "\"custom_headers\":{\"X-Note\":\"\\ud83d\\ude00\\ude00\"}}}";
        EmailEvent event = event(body);
        assertThat(event.details().subject()).contains("x\uFFFDy\0z");
        assertThat(event.details().customHeaders()).isEqualTo(Map.of("X-Note", "\uD83D\uDE00\uFFFD"));
        assertThat(EventCodec.decode(EventCodec.encode(event))).isEqualTo(event);
        assertThat(normaliser.read(RAW, body.getBytes(StandardCharsets.UTF_16))).isEqualTo(read(body, RAW));
    }

    @Test
    void utf_16_and_a_byte_order_mark_are_read() {
        String body = PauboxBodies.documentedSample();
        Reading expected = read(body, RAW);
        assertThat(normaliser.read(RAW, body.getBytes(StandardCharsets.UTF_16))).isEqualTo(expected);
        assertThat(normaliser.read(RAW, ("\uFEFF" + body).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(expected);
    }

    @Test
    void long_texts_are_cut_and_named_and_identity_is_not_touched() {
        String longText = "x".repeat(2_000);
        EmailEvent event = event("{\"event_name\":\"e\",\"payload\":{\"from\":\"a@a.example\",\"subject\":\"" + longText
                + "\",\"to\":\"" + longText + "@b.example\",\"header_message_id\":\"" + longText
                + "\",\"custom_headers\":{\"X-A\":\"" + "y".repeat(17_000) + "\"}}}");
        assertThat(event.details().truncated()).containsExactly("recipient", "subject", "customHeaders");
        assertThat(event.details().subject()).contains("x".repeat(998));
        assertThat(event.details().customHeaders()).isEqualTo(Map.of());
        assertThat(event.message().idSource()).isEqualTo(MessageIdSource.FINGERPRINT);
        IdentityKey key = new IdentityKey(new byte[IdentityKey.BYTES]);
        assertThat(event.recipient().key()).isEqualTo(Optional.of(key.keyOf(longText + "@b.example")));
    }

    @Test
    void no_event_is_larger_than_its_limit() {
        String worst = "\\u0001".repeat(3_000);
        String body = "{\"event_name\":\"" + worst + "\",\"payload\":{\"from\":\"" + worst + "<a@a.example>\",\"to\":\""
                + worst
                + "\",\"subject\":\"" + worst + "\",\"source_tracking_id\":\"" + worst + "\",\"outbound_queue_id\":\""
                + worst
                + "\",\"id\":\"" + worst + "\",\"custom_headers\":{\"X\":\"" + "\\u0001".repeat(16_000) + "\"}}}";
        EmailEvent event = event(body);
        assertThat(EventCodec.encode(event).length).isLessThanOrEqualTo(64 * 1024);
        assertThat(event.details().truncated()).contains("customHeaders");
    }

    private EmailEvent event(String body) {
        Reading reading = read(body, RAW);
        assertThat(reading).isInstanceOf(Reading.Understood.class);
        return ((Reading.Understood) reading).event();
    }

    private Reading read(String body, RawBody raw) {
        return normaliser.read(raw, body.getBytes(StandardCharsets.UTF_8));
    }
}
