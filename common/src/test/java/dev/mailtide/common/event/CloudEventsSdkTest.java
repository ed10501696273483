package dev.mailtide.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.SpecVersion;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.core.message.MessageReader;
import io.cloudevents.kafka.KafkaMessageFactory;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others make of our records: CloudEvents' own SDK reads them, and would have written them the same. */
class CloudEventsSdkTest {

    @Test
    void the_sdk_reads_every_attribute_and_the_bytes() {
        EmailEvent event = Events.full();
        byte[] value = EventCodec.encode(event);
        MessageReader reader = KafkaMessageFactory.createReader(headersOf(event), value);

        assertThat(reader.getEncoding()).isEqualTo(Encoding.BINARY);
        io.cloudevents.CloudEvent read = reader.toEvent();
        assertThat(read.getSpecVersion()).isEqualTo(SpecVersion.V1);
        assertThat(read.getId()).isEqualTo(event.id().hex());
        assertThat(read.getSource()).isEqualTo(URI.create("/mailtide/sources/paubox-main"));
        assertThat(read.getType()).isEqualTo("dev.mailtide.email.bounced.v1");
        assertThat(read.getSubject()).isEqualTo("clinic.example");
        assertThat(read.getTime()).isEqualTo(OffsetDateTime.parse("2026-04-18T20:27:25.379Z"));
        assertThat(read.getDataContentType()).isEqualTo("application/json");
        assertThat(read.getDataSchema()).isNull();
        assertThat(read.getExtensionNames()).containsExactly("partitionkey");
        assertThat(read.getExtension("partitionkey"))
                .isEqualTo(event.messageKey().text());
        assertThat(read.getData().toBytes()).isEqualTo(value);
    }

    @ParameterizedTest
    @EnumSource
    void the_sdk_writes_the_same_headers_for_every_kind(EventKind kind) {
        assertWrittenAlike(Events.minimal(kind, "any"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m-1/2;3%4@clinic.example",
                "a b\"c\\d",
                "漢字😀@ü.example",
                "%00%E2",
                "~00000000000000000000000000000000"
            })
    void the_sdk_writes_the_same_headers_for_every_message_id(String messageId) {
        assertWrittenAlike(Events.minimal(messageId));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "a\tb", "a\u007fb", "a\u0085b", "a\ufffeb", "a\ufdd0b", "a\udbff\udfffb"})
    void a_message_id_that_no_attribute_may_hold_gives_no_partition_key(String messageId) {
        EmailEvent event = Events.minimal(messageId);
        Headers headers = new RecordHeaders();
        CloudEvent.describe(Events.full(), headers);
        CloudEvent.describe(event, headers);

        assertThat(texts(headers)).hasSize(7).doesNotContainKey("ce_partitionkey");
        assertThat(KafkaMessageFactory.createReader(headers, EventCodec.encode(event))
                        .toEvent()
                        .getExtensionNames())
                .isEmpty();
    }

    private static void assertWrittenAlike(EmailEvent event) {
        Headers ours = headersOf(event);
        byte[] value = EventCodec.encode(event);
        ProducerRecord<String, byte[]> theirs = KafkaMessageFactory.createWriter(
                        "any", event.messageKey().text())
                .writeBinary(KafkaMessageFactory.createReader(ours, value).toEvent());

        assertThat(texts(ours)).isEqualTo(texts(theirs.headers())).hasSize(8);
        assertThat(theirs.value()).isEqualTo(value);
    }

    private static Headers headersOf(EmailEvent event) {
        Headers headers = new RecordHeaders();
        CloudEvent.describe(event, headers);
        return headers;
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        headers.forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
        // The SDK leaves out a fraction of zero.
        texts.computeIfPresent(
                "ce_time", (name, time) -> OffsetDateTime.parse(time).toString());
        return texts;
    }
}
