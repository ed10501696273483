package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.Golden;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AggregateTopologyTest {

    private static final Instant START = Instant.parse("2026-04-18T20:00:00Z");
    private static final String FROM = "care@clinic.example";
    private static final String TO = "pat@gmail.com";

    @TempDir
    Path folder;

    private AggregateHarness stream;
    private int receipts;

    @BeforeEach
    void start() {
        stream = new AggregateHarness(folder);
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    @Test
    void an_event_that_arrives_twice_is_counted_and_published_once() {
        receives(START, delivered("m-1", TO, 0), delivered("m-1", TO, 0));
        assertThat(stream.events()).hasSize(1);
        assertThat(counts("clinic.example", "events")).containsEntry("delivered", "1");
        assertThat(counts("clinic.example", "messages"))
                .containsEntry("total", "1")
                .containsEntry("delivered", "1");
    }

    @Test
    void a_soft_bounce_that_is_delivered_later_moves_from_soft_bounced_to_delivered_and_recovered() {
        receives(START, PauboxBodies.softBounced("m-1", FROM, TO, at(0)));
        assertThat(counts("clinic.example", "messages"))
                .containsEntry("softBounced", "1")
                .containsEntry("delivered", "0");
        receives(START, delivered("m-1", TO, 60));
        assertThat(counts("clinic.example", "messages"))
                .containsEntry("softBounced", "0")
                .containsEntry("delivered", "1");
        assertThat(state("clinic.example").get("softRecovered").longValue()).isEqualTo(1);
    }

    @Test
    void a_hard_bounce_wins_over_a_delivery_in_either_order() {
        String bounced = PauboxBodies.hardBounced("m-1", FROM, TO, at(60));
        receives(START, delivered("m-1", TO, 0), bounced);
        receives(START, PauboxBodies.hardBounced("m-2", FROM, TO, at(60)), delivered("m-2", TO, 0));
        assertThat(counts("clinic.example", "messages"))
                .containsEntry("hardBounced", "2")
                .containsEntry("delivered", "0");
    }

    @Test
    void the_recipients_of_one_message_are_counted_apart_and_under_one_key() {
        receives(START, delivered("m-1", TO, 0), PauboxBodies.hardBounced("m-1", FROM, "other@icloud.com", at(0)));
        assertThat(counts("clinic.example", "messages"))
                .containsEntry("total", "2")
                .containsEntry("delivered", "1")
                .containsEntry("hardBounced", "1");
        assertThat(stream.events())
                .extracting(TestRecord::key)
                .containsExactly("clinic.example/m-1", "clinic.example/m-1");
    }

    @Test
    void a_late_earlier_open_moves_one_message_to_another_cell() {
        receives(START, delivered("m-1", TO, 0), PauboxBodies.opened("m-1", FROM, TO, at(7200)));
        assertThat(cells()).isEqualTo(Map.of(Integer.toString(TimeToOpen.cellOf(7_200_000)), "1"));
        receives(START, PauboxBodies.opened("m-1", FROM, TO, at(60)));
        assertThat(cells()).isEqualTo(Map.of(Integer.toString(TimeToOpen.cellOf(60_000)), "1"));
    }

    @Test
    void a_message_not_heard_of_for_longer_than_remember_for_begins_anew() {
        String body = delivered("m-1", TO, 0);
        receives(START, body);
        receives(START.plus(AggregateHarness.REMEMBER_FOR), body);
        assertThat(counts("clinic.example", "messages")).containsEntry("total", "1");
        receives(START.plus(AggregateHarness.REMEMBER_FOR.multipliedBy(2)).plusMillis(1), body);
        assertThat(counts("clinic.example", "messages")).containsEntry("total", "2");
        assertThat(stream.events()).hasSize(2);
    }

    @Test
    void a_duplicate_appended_before_what_was_counted_moves_only_the_time_since_which_there_are_counts() {
        receives(START, delivered("m-1", TO, 0), PauboxBodies.opened("m-1", FROM, TO, at(60)));
        ObjectNode before = state("clinic.example");
        receives(START.minusMillis(2), delivered("m-1", TO, 0));
        ObjectNode after = state("clinic.example");
        assertThat(after.get("countedSince").textValue()).isEqualTo("2026-04-18T19:59:59.998Z");
        after.set("countedSince", before.get("countedSince"));
        assertThat(after.toString()).isEqualTo(before.toString());
        receives(START.minusMillis(1), delivered("m-1", TO, 0));
        assertThat(stream.publishedStates()).isEmpty();
    }

    @Test
    void a_state_says_up_to_when_it_counts_and_is_published_once_a_second_at_most() {
        receives(START, delivered("m-1", TO, 0), delivered("m-2", TO, 0), delivered("m-3", TO, 0));
        List<TestRecord<String, byte[]>> first = stream.publishedStates();
        assertThat(first).hasSize(1);
        ObjectNode state = AggregateHarness.parse(first.get(0).value());
        assertThat(state.get("asOf").textValue()).isEqualTo("2026-04-18T20:00:02.000Z");
        assertThat(state.get("countedSince").textValue()).isEqualTo("2026-04-18T20:00:00.000Z");
        assertThat(stream.publishedStates()).isEmpty();
    }

    @Test
    void an_event_is_published_under_its_message_key_with_cloud_event_headers() {
        receives(START, PauboxBodies.documentedSample());
        TestRecord<String, byte[]> event = stream.events().get(0);
        assertThat(event.key()).isEqualTo("xxxxxxx.com/XXX430aa-9b7c-42d5-9614-2e38f5a3f71f@XXXXXXXXX.com");
        assertThat(event.getRecordTime()).isEqualTo(START);
        Map<String, String> headers = new TreeMap<>();
        for (Header header : event.headers()) {
            headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
        }
        assertThat(headers)
                .isEqualTo(Map.of(
                        "ce_specversion", "1.0",
                        "ce_id", "15d374e9617ed9391a553bc712aed92d",
                        "ce_source", "/mailtide/sources/paubox-main",
                        "ce_type", "dev.mailtide.email.bounced.v1",
                        "ce_subject", "xxxxxxx.com",
                        "ce_time", "2022-04-18T20:27:25.379Z",
                        "ce_partitionkey", "xxxxxxx.com/XXX430aa-9b7c-42d5-9614-2e38f5a3f71f@XXXXXXXXX.com",
                        "content-type", "application/json"));
    }

    @Test
    void an_unreadable_body_is_kept_byte_for_byte_with_the_reason_and_without_content_in_the_headers() {
        byte[] body = {'{', 0, (byte) 0xFF, '"', 'p', 'a', 't'};
        stream.receives(new RawBody("r-1", Body.of(body), "paubox-main", "paubox", START, START));
        TestRecord<String, byte[]> letter = stream.deadLetters().get(0);
        assertThat(letter.key()).isEqualTo("r-1");
        assertThat(letter.value()).isEqualTo(body);
        assertThat(Arrays.stream(letter.headers().toArray()).map(Header::key))
                .containsExactly(
                        "source",
                        "provider",
                        "received-at",
                        "dead-letter-reason",
                        "dead-letter-class",
                        "dead-letter-topic",
                        "dead-letter-partition",
                        "dead-letter-offset");
        assertThat(RawHeaders.text(letter.headers(), "dead-letter-reason")).contains("not-json");
        assertThat(RawHeaders.text(letter.headers(), "dead-letter-class")).contains("unreadable");
        assertThat(RawHeaders.text(letter.headers(), "dead-letter-offset")).contains("0");
    }

    @Test
    void taking_away_what_was_never_added_is_a_failure_and_not_a_number() {
        Delta minusOne = new Delta(
                0,
                0,
                EventKind.DELIVERED,
                "s",
                Provider.PAUBOX,
                RecipientGroup.OTHER,
                Map.of(MessageCount.DELIVERED, -1),
                Map.of(),
                SeriesMove.NONE,
                true);
        assertThatThrownBy(() -> Totals.NOTHING.plus(minusOne))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the count of DELIVERED would be -1");
    }

    @Test
    void names_of_operators_stores_and_internal_topics_are_those_of_the_golden_file() throws IOException {
        // A change here renames stores or internal topics: a migration, not a refactoring. If it is meant, copy the
        // file from target/ over the golden one.
        String described = AggregateHarness.topology(folder).describe().toString();
        Files.writeString(Path.of("target", "aggregate-topology.txt"), described);
        assertThat(described).isEqualTo(Golden.text("aggregate-topology.txt")).doesNotContainPattern(Golden.GENERATED);
    }

    private void receives(Instant appendTime, String... bodies) {
        List<RawBody> received = new ArrayList<>();
        for (String body : bodies) {
            Instant time = appendTime.plus(Duration.ofSeconds(received.size()));
            receipts++;
            received.add(new RawBody(
                    "r-" + receipts, Body.ofText(body), "paubox-main", "paubox", START.plus(Duration.ofDays(1)), time));
        }
        stream.receives(received);
    }

    private static String delivered(String messageId, String to, long second) {
        return PauboxBodies.delivered(messageId, FROM, to, at(second));
    }

    private static String at(long second) {
        return START.plusSeconds(second).toString();
    }

    private ObjectNode state(String domain) {
        return Objects.requireNonNull(stream.states().get(domain), domain);
    }

    private Map<String, String> cells() {
        return texts((ObjectNode) state("clinic.example").get("timeToOpen").get("cells"));
    }

    private Map<String, String> counts(String domain, String group) {
        return texts((ObjectNode) state(domain).get(group));
    }

    private static Map<String, String> texts(ObjectNode json) {
        Map<String, String> texts = new TreeMap<>();
        json.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }
}
