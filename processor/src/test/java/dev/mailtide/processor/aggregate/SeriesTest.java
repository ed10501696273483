package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesTest {

    private static final Instant NOON = Instant.parse("2026-04-18T12:00:00Z");
    private static final String CARE = "care@clinic.example";
    private static final String PAT = "pat@gmail.com";

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
    void an_event_is_counted_in_its_minute_hour_and_day_and_what_paubox_cannot_report_is_null() {
        receives(NOON, delivered("m-1", "2026-04-18T11:59:59.999Z"));
        Map<String, ObjectNode> series = stream.series();
        assertThat(series)
                .containsOnlyKeys(
                        "clinic.example|minute|2026-04-18T11:59:00.000Z",
                        "clinic.example|hour|2026-04-18T11:00:00.000Z",
                        "clinic.example|day|2026-04-18T00:00:00.000Z");
        assertThat(bucket("minute|2026-04-18T11:59:00.000Z"))
                .isEqualTo(AggregateHarness.parse("""
                        {"start":"2026-04-18T11:59:00.000Z",
                         "events":{"sent":null,"delivered":1,"deferred":null,"bouncedSoft":0,"bouncedHard":0,
                           "bouncedUndetermined":null,"dropped":null,"rejected":null,"failed":null,"opened":0,
                           "clicked":null,"complained":null,"unsubscribed":null,"resubscribed":null,"unknown":0},
                         "messages":{"total":1,"pending":null,"deferred":null,"softBounced":0,
                           "undeterminedBounced":null,"delivered":1,"failed":null,"rejected":null,"dropped":null,
                           "hardBounced":0}}
                        """.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    @Test
    void events_stand_where_they_happened_and_the_message_where_it_began_under_its_status_now() {
        receives(NOON, softBounced("m-1", "2026-04-18T10:00:00Z"));
        assertThat(count("minute|2026-04-18T10:00:00.000Z", "messages", "softBounced"))
                .isEqualTo(1);
        receives(NOON, delivered("m-1", "2026-04-18T11:00:00Z"));
        assertThat(count("minute|2026-04-18T10:00:00.000Z", "events", "bouncedSoft"))
                .isEqualTo(1);
        assertThat(count("minute|2026-04-18T10:00:00.000Z", "messages", "softBounced"))
                .isZero();
        assertThat(count("minute|2026-04-18T10:00:00.000Z", "messages", "delivered"))
                .isEqualTo(1);
        assertThat(count("minute|2026-04-18T11:00:00.000Z", "events", "delivered"))
                .isEqualTo(1);
        assertThat(count("minute|2026-04-18T11:00:00.000Z", "messages", "total"))
                .isZero();
    }

    @Test
    void a_late_earlier_event_moves_the_message_to_an_earlier_bucket() {
        receives(NOON, delivered("m-1", "2026-04-18T11:00:00Z"), softBounced("m-1", "2026-04-18T09:00:00Z"));
        stream.tick();
        assertThat(count("hour|2026-04-18T11:00:00.000Z", "messages", "total")).isZero();
        assertThat(count("hour|2026-04-18T09:00:00.000Z", "messages", "delivered"))
                .isEqualTo(1);
        assertThat(count("day|2026-04-18T00:00:00.000Z", "messages", "total")).isEqualTo(1);
    }

    @Test
    void an_unknown_event_is_an_event_and_moves_no_message() {
        receives(
                NOON,
                delivered("m-1", "2026-04-18T11:00:00Z"),
                PauboxBodies.named("inbound", PauboxBodies.payload("m-1", CARE, PAT, "2026-04-18T10:00:00Z")));
        assertThat(count("hour|2026-04-18T10:00:00.000Z", "events", "unknown")).isEqualTo(1);
        assertThat(count("hour|2026-04-18T10:00:00.000Z", "messages", "total")).isZero();
        assertThat(count("hour|2026-04-18T11:00:00.000Z", "messages", "total")).isEqualTo(1);
    }

    @Test
    void a_bucket_is_touched_while_its_end_is_later_than_the_append_time_minus_its_retention() {
        String minuteAgo =
                NOON.minus(Duration.ofDays(2)).minus(Duration.ofMinutes(1)).toString();
        receives(NOON.minusMillis(1), deliveredBy("m-1", "care@b.example", minuteAgo));
        assertThat(stream.series())
                .containsOnlyKeys(
                        "b.example|minute|2026-04-16T11:59:00.000Z",
                        "b.example|hour|2026-04-16T11:00:00.000Z",
                        "b.example|day|2026-04-16T00:00:00.000Z");
        receives(NOON, delivered("m-1", minuteAgo));
        assertThat(stream.publishedSeries())
                .filteredOn(record -> record.key().startsWith("clinic.example"))
                .extracting(TestRecord::key)
                .containsExactlyInAnyOrder(
                        "clinic.example|hour|2026-04-16T11:00:00.000Z", "clinic.example|day|2026-04-16T00:00:00.000Z");
    }

    @Test
    void a_bucket_that_a_later_record_found_expired_is_left_alone_by_an_earlier_one_that_is_read_later() {
        Instant happened = NOON.minus(Duration.ofDays(2)).minus(Duration.ofMinutes(1));
        receives(NOON, softBounced("m-1", happened.toString()));
        receives(NOON.minusSeconds(1), delivered("m-1", happened.toString()));
        assertThat(stream.series().keySet()).noneMatch(key -> key.contains("|minute|"));
        assertThat(count("day|2026-04-16T00:00:00.000Z", "messages", "delivered"))
                .isEqualTo(1);
    }

    @Test
    void a_bucket_whose_retention_is_over_gets_a_tombstone_and_is_not_raised_again() {
        receives(NOON, delivered("m-1", NOON.toString()));
        assertThat(stream.series()).containsKey("clinic.example|minute|2026-04-18T12:00:00.000Z");
        // Another domain of the same partition moves its time on.
        Instant later = NOON.plus(Duration.ofDays(2)).plus(Duration.ofMinutes(1));
        receives(later, deliveredBy("m-1", "care@b.example", later.toString()));
        List<TestRecord<String, byte[]>> published = stream.publishedSeries();
        assertThat(published)
                .filteredOn(record -> record.value() == null)
                .extracting(TestRecord::key)
                .containsExactly("clinic.example|minute|2026-04-18T12:00:00.000Z");
        receives(NOON, PauboxBodies.hardBounced("m-1", CARE, PAT, NOON.toString()));
        assertThat(stream.series()).doesNotContainKey("clinic.example|minute|2026-04-18T12:00:00.000Z");
        assertThat(count("hour|2026-04-18T12:00:00.000Z", "messages", "hardBounced"))
                .isEqualTo(1);
    }

    @Test
    void what_was_swept_is_remembered_through_a_restart() {
        receives(NOON, delivered("m-1", NOON.toString()));
        Instant later = NOON.plus(Duration.ofHours(49));
        receives(later, deliveredBy("m-1", "care@b.example", later.toString()));
        stream.tick();
        stream.restart();
        receives(NOON, PauboxBodies.hardBounced("m-1", CARE, PAT, NOON.toString()));
        assertThat(stream.series()).doesNotContainKey("clinic.example|minute|2026-04-18T12:00:00.000Z");
    }

    @Test
    void what_is_not_published_before_a_restart_is_published_after_it() {
        receives(NOON, delivered("m-1", NOON.toString()), delivered("m-2", NOON.toString()));
        stream.restart();
        assertThat(count("minute|2026-04-18T12:00:00.000Z", "messages", "delivered"))
                .isEqualTo(2);
        assertThat(stream.publishedSeries()).isEmpty();
        stream.restart();
        assertThat(stream.publishedSeries()).isEmpty();
    }

    @Test
    void a_bucket_is_published_once_a_second_at_most_and_again_when_it_has_changed() {
        receives(NOON, delivered("m-1", NOON.toString()), delivered("m-2", NOON.toString()));
        assertThat(stream.publishedSeries()).hasSize(3);
        assertThat(stream.publishedSeries()).isEmpty();
        receives(NOON, delivered("m-3", NOON.toString()));
        List<TestRecord<String, byte[]>> again = stream.publishedSeries();
        assertThat(again)
                .extracting(TestRecord::key)
                .containsExactlyInAnyOrder(
                        "clinic.example|minute|2026-04-18T12:00:00.000Z",
                        "clinic.example|hour|2026-04-18T12:00:00.000Z",
                        "clinic.example|day|2026-04-18T00:00:00.000Z");
        // The record's time is that up to which its domain is counted.
        assertThat(again).extracting(TestRecord::getRecordTime).containsOnly(NOON.plusSeconds(1));
    }

    @Test
    void a_message_that_begins_anew_counts_again_and_nothing_is_taken_from_its_first_bucket() {
        receives(NOON, delivered("m-1", NOON.toString()));
        Instant later = NOON.plus(AggregateHarness.REMEMBER_FOR).plusMillis(1);
        receives(later, delivered("m-1", NOON.toString()));
        assertThat(count("day|2026-04-18T00:00:00.000Z", "messages", "delivered"))
                .isEqualTo(2);
        assertThat(count("day|2026-04-18T00:00:00.000Z", "events", "delivered")).isEqualTo(2);
    }

    @Test
    void taking_a_message_from_a_bucket_that_has_none_is_a_failure_and_not_a_number() {
        assertThatThrownBy(() -> Bucket.EMPTY.plus(Standing.DELIVERED, -1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the count of delivered would be -1");
    }

    private void receives(Instant appendTime, String... bodies) {
        int second = 0;
        for (String body : bodies) {
            receipts++;
            Instant time = appendTime.plusSeconds(second++);
            Instant received = NOON.plus(Duration.ofDays(400));
            stream.receives(new RawBody("r-" + receipts, Body.ofText(body), "paubox-main", "paubox", received, time));
        }
    }

    private static String delivered(String messageId, String time) {
        return deliveredBy(messageId, CARE, time);
    }

    private static String deliveredBy(String messageId, String from, String time) {
        return PauboxBodies.delivered(messageId, from, PAT, time);
    }

    private static String softBounced(String messageId, String time) {
        return PauboxBodies.softBounced(messageId, CARE, PAT, time);
    }

    private ObjectNode bucket(String key) {
        return Objects.requireNonNull(new TreeMap<>(stream.series()).get("clinic.example|" + key), key);
    }

    private long count(String key, String view, String name) {
        return bucket(key).get(view).get(name).longValue();
    }
}
