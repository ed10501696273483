package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fault.Sender;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import dev.mailtide.testkit.time.MovableTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in the raw topic is what was posted, whatever its headers say of it, however large, and whatever the time. */
@OnKafka
class UntouchedBytesTest {

    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final int BODY_BYTES_CEILING = 5_000_000;

    /** An ack-wait with which no body goes to the spool. */
    private static final Duration STRAIGHT = IngestSetup.PATIENT;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private final MovableTime time = new MovableTime(NOW);

    @TempDir
    Path spool;

    @Test
    void a_compressed_body_stays_as_it_is_whatever_its_headers_say_of_it() throws Exception {
        try (IngestService ingest = ingest(STRAIGHT)) {
            Sender sender = IngestSetup.senderTo(ingest);
            for (String encoding : List.of("gzip", "identity", "br", "gzip, gzip")) {
                byte[] body = gzip(encoding + PauboxBodies.documentedSample());
                assertThat(sender.post(body, "Content-Encoding", encoding)).isEqualTo(200);
            }
            sender.assertAllKept(TestKafka.access(), topics.raw().name());
        }
    }

    @Test
    void a_body_whose_content_type_lies_stays_as_it_is_and_the_lie_stands_beside_it() throws Exception {
        Map<String, String> typeOfBody = Map.of(
                "{\"a\": \"utf-8 \u00fc\"}", "application/json; charset=utf-16",
                "{\"b\": 1}", "application/x-www-form-urlencoded",
                "{\"c\": 1}", "multipart/form-data; boundary=x",
                "\u001f\u008b no gzip", "application/gzip",
                "{\"d\": 1}", "nonsense");
        try (IngestService ingest = ingest(STRAIGHT)) {
            Sender sender = IngestSetup.senderTo(ingest);
            for (Map.Entry<String, String> each : typeOfBody.entrySet()) {
                byte[] body = each.getKey().getBytes(StandardCharsets.UTF_8);
                assertThat(sender.post(body, "Content-Type", each.getValue())).isEqualTo(200);
            }
            sender.assertAllKept(TestKafka.access(), topics.raw().name());
        }
        assertThat(raw().stream().collect(Collectors.toMap(UntouchedBytesTest::text, UntouchedBytesTest::type)))
                .isEqualTo(typeOfBody);
    }

    @ParameterizedTest
    @CsvSource({"PT60S, kafka", "PT0S, spool"})
    void a_body_as_large_as_any_setting_allows_goes_either_way_to_the_raw_topic(Duration ackWait, String way)
            throws Exception {
        // Bytes that cannot be compressed: the record is as large as it gets.
        byte[] body = new byte[BODY_BYTES_CEILING];
        new Random(7).nextBytes(body);
        try (IngestService ingest = ingest(ackWait)) {
            Sender sender = IngestSetup.senderTo(ingest);
            assertThat(sender.post(body)).isEqualTo(200);
            assertThat(sender.stored(way)).isEqualTo(1);
            sender.awaitDrained();
        }
        assertThat(raw()).extracting(ConsumerRecord::value).containsExactly(body);
    }

    @Test
    void receipts_stay_apart_when_the_clock_goes_back_and_forth() throws Exception {
        try (IngestService ingest = ingest(STRAIGHT)) {
            Sender sender = IngestSetup.senderTo(ingest);
            for (Duration step : List.of(Duration.ofDays(-1), Duration.ofHours(1), Duration.ofDays(1), Duration.ZERO)) {
                time.move(step);
                for (int i = 0; i < 20; i++) {
                    assertThat(sender.post()).isEqualTo(200);
                }
            }
            sender.assertAllKept(TestKafka.access(), topics.raw().name());
        }
        List<ConsumerRecord<String, byte[]>> raw = raw();
        assertThat(raw).hasSize(80).extracting(ConsumerRecord::key).doesNotHaveDuplicates();
        assertThat(raw)
                .extracting(record -> RawHeaders.receivedAt(record.headers()))
                .containsOnly(
                        NOW.minus(Duration.ofDays(1)), NOW.minus(Duration.ofHours(23)), NOW.plus(Duration.ofHours(1)));
        // A day off would make retention count wrongly, or the broker refuse the record.
        assertThat(raw)
                .allMatch(record ->
                        record.timestamp() > NOW.plus(Duration.ofDays(1)).toEpochMilli());
    }

    @Test
    void the_spool_drains_though_the_clock_has_gone_back_since() throws Exception {
        try (IngestService ingest = ingest(Duration.ZERO)) {
            Sender sender = IngestSetup.senderTo(ingest);
            for (Duration step : List.of(Duration.ofDays(-1), Duration.ofHours(1))) {
                for (int i = 0; i < 20; i++) {
                    assertThat(sender.post()).isEqualTo(200);
                }
                time.move(step);
                assertThat(sender.metric("mailtide_spool_oldest_seconds")).isNotNegative();
            }
            sender.awaitDrained();
            sender.assertAllKept(TestKafka.access(), topics.raw().name());
        }
        assertThat(raw()).hasSize(40).extracting(ConsumerRecord::key).doesNotHaveDuplicates();
    }

    private IngestService ingest(Duration ackWait) throws IOException {
        return new IngestSetup(TestKafka.access(), topics, spool.resolve("spool"), ackWait, time).start();
    }

    private List<ConsumerRecord<String, byte[]>> raw() {
        return TopicReader.readAll(TestKafka.access(), topics.raw().name());
    }

    private static String text(ConsumerRecord<String, byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static String type(ConsumerRecord<String, byte[]> record) {
        return RawHeaders.text(record.headers(), RawHeaders.CONTENT_TYPE).orElse("none");
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
