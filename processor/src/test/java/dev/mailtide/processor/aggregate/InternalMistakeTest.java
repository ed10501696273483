package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.normalise.Reading;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a record on which we make a mistake: a dead letter, at once, and the next record is worked on. */
class InternalMistakeTest {

    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final String INTERNAL = "mailtide_processor_dead_letters_total{reason=\"internal\"}";

    @TempDir
    Path folder;

    private AggregateHarness stream;

    @BeforeEach
    void start() {
        stream = new AggregateHarness(folder);
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    @Test
    void a_body_that_cannot_be_normalised_is_kept_with_the_class_of_the_exception_and_no_content() {
        Headers headers = new RecordHeaders();
        RawHeaders.add(headers, RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(headers, RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(headers, RawHeaders.RECEIVED_AT, "canary");
        String log = logOf(() -> raw().pipeInput(new TestRecord<>("r-1", delivered("m-1"), headers, NOW)));
        TestRecord<String, byte[]> letter = stream.deadLetters().get(0);
        assertThat(letter.key()).isEqualTo("r-1");
        assertThat(letter.value()).isEqualTo(delivered("m-1"));
        assertThat(texts(letter.headers()))
                .isEqualTo(Map.of(
                        "source", "paubox-main",
                        "provider", "paubox",
                        "received-at", "canary",
                        "dead-letter-reason", "internal",
                        "dead-letter-class", "internal",
                        "dead-letter-exception", "java.lang.NumberFormatException",
                        "dead-letter-topic", "email.raw.v1",
                        "dead-letter-partition", "0",
                        "dead-letter-offset", "0"));
        assertThat(log)
                .contains("ERROR")
                .contains("normalising failed at email.raw.v1-0 offset 0: java.lang.NumberFormatException at"
                        + " dev.mailtide.common.topic.RawHeaders.receivedAt:")
                .doesNotContain("canary");
        assertThat(stream.counted(INTERNAL)).isEqualTo(1);
        assertNextIsCounted();
    }

    @Test
    void the_same_mistake_is_logged_the_first_time_and_at_every_power_of_ten() {
        String log = logOf(() -> {
            for (int i = 0; i < 1_000; i++) {
                raw().pipeInput(new TestRecord<>("r-" + i, new byte[0], new RecordHeaders(), NOW));
            }
        });
        assertThat(log.lines().filter(line -> line.contains("normalising failed")))
                .hasSize(4);
        assertThat(log).contains("(1 of this kind so far)").contains("(1000 of this kind so far)");
        assertThat(stream.counted(INTERNAL)).isEqualTo(1_000);
    }

    @Test
    void an_event_that_cannot_be_counted_is_a_letter_that_says_where_its_body_stands_and_nothing_is_written() {
        byte[] entry = entry("m-1", new RawPosition(3, 1_042));
        String log = logOf(() -> byMessage()
                .pipeInput(new TestRecord<>(
                        "clinic.example/m-1", Arrays.copyOf(entry, entry.length - 1), new RecordHeaders(), NOW)));
        TestRecord<String, byte[]> letter = stream.deadLetters().get(0);
        assertThat(letter.value()).isEmpty();
        assertThat(texts(letter.headers()))
                .isEqualTo(Map.of(
                        "dead-letter-reason", "internal",
                        "dead-letter-class", "internal",
                        "dead-letter-exception", "java.lang.IllegalArgumentException",
                        "dead-letter-topic", "email.raw.v1",
                        "dead-letter-partition", "3",
                        "dead-letter-offset", "1042",
                        "dead-letter-body", "in-raw"));
        assertThat(log).contains("counting failed at email.raw.v1-3 offset 1042: java.lang.IllegalArgumentException");
        assertThat(stream.events()).isEmpty();
        assertThat(stream.counted(INTERNAL)).isEqualTo(1);
        assertThat(stream.counted("mailtide_processor_events_refused_total")).isEqualTo(1);
        assertNextIsCounted();
    }

    @Test
    void an_entry_of_another_format_version_fails_the_thread_since_every_one_would_be_a_letter() {
        byte[] entry = entry("m-1", new RawPosition(0, 0));
        entry[0] = 42;
        assertThatThrownBy(() ->
                        byMessage().pipeInput(new TestRecord<>("clinic.example/m-1", entry, new RecordHeaders(), NOW)))
                .isInstanceOf(StreamsException.class)
                .hasRootCauseMessage("expected format version 1, found 21; was it written by a newer release?");
        assertThat(stream.deadLetters()).isEmpty();
    }

    private void assertNextIsCounted() {
        stream.receives(new RawBody("r-2", Body.of(delivered("m-2")), "paubox-main", "paubox", NOW, NOW));
        assertThat(stream.events()).extracting(TestRecord::key).containsExactly("clinic.example/m-2");
    }

    private TestInputTopic<String, byte[]> raw() {
        return input(AggregateHarness.TOPICS.raw().name());
    }

    private TestInputTopic<String, byte[]> byMessage() {
        return input(AggregateApplication.APPLICATION_ID + "-" + AggregateTopology.BY_MESSAGE + "-repartition");
    }

    private TestInputTopic<String, byte[]> input(String topic) {
        return stream.driver()
                .createInputTopic(
                        topic,
                        AggregateHarness.TOPICS.raw().keys().serializer(),
                        AggregateHarness.TOPICS.raw().values().serializer());
    }

    private static byte[] entry(String messageId, RawPosition at) {
        Reading reading = new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES]))
                .read(
                        new dev.mailtide.processor.normalise.RawBody("r-1", "paubox-main", "paubox", NOW),
                        delivered(messageId));
        EmailEvent event = ((Reading.Understood) reading).event();
        return new LedgerEntry(event, at).encode();
    }

    private static byte[] delivered(String messageId) {
        return PauboxBodies.delivered(messageId, "care@clinic.example", "pat@gmail.com", "2026-04-18T20:27:25.379Z")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        for (Header header : headers) {
            texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        return texts;
    }

    /** The simple logger asks for the stream each time it writes. */
    private static String logOf(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
