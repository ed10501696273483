package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerSweepTest {

    private static final Instant START = Instant.parse("2026-04-18T20:00:00Z");
    private static final Instant FORGOTTEN = START.plus(AggregateHarness.REMEMBER_FOR);
    private static final Instant SWEPT = FORGOTTEN.plus(LedgerSweep.SLACK);

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
    void rows_of_a_message_go_when_it_has_been_forgotten_for_a_day_and_not_a_millisecond_earlier() {
        receives(START, delivered("m-1"));
        receives(START, opened("m-1"));
        receives(SWEPT, delivered("m-2"));
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(2);
        assertThat(rows(LedgerRows.EVENTS)).isEqualTo(3);
        receives(SWEPT.plusMillis(1), delivered("m-3"));
        stream.tick();
        assertThat(stream.messages())
                .containsOnlyKeys("clinic.example/m-2|pat@gmail.com", "clinic.example/m-3|pat@gmail.com");
        assertThat(rows(LedgerRows.EVENTS)).isEqualTo(2);
    }

    @Test
    void a_copy_keeps_the_rows() {
        receives(START, delivered("m-1"));
        receives(START.plus(Duration.ofDays(30)), delivered("m-1"));
        receives(SWEPT.plusMillis(1), delivered("m-2"));
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(2);
    }

    @Test
    void what_comes_after_the_sweep_begins_anew_as_it_would_have_without() {
        receives(START, delivered("m-1"));
        receives(SWEPT.plusMillis(1), delivered("m-2"));
        stream.tick();
        // Appended before what the sweep went by, and still too late for the message.
        receives(FORGOTTEN.plusMillis(1), delivered("m-1"));
        assertThat(state().at("/messages/total").longValue()).isEqualTo(3);
        assertThat(stream.events()).hasSize(3);
    }

    @Test
    void a_message_that_a_late_record_of_a_slow_raw_partition_belongs_to_is_not_swept() {
        receives(START, delivered("m-1"));
        receives(SWEPT.plusMillis(1), delivered("m-2"));
        Instant late = FORGOTTEN.minusMillis(1);
        stream.outside().tell(Optional::empty, () -> Optional.of(late));
        stream.tick();
        receives(late, opened("m-1"));
        assertThat(state().at("/messages/total").longValue()).isEqualTo(2);
        assertThat(stream.messages())
                .containsOnlyKeys("clinic.example/m-1|pat@gmail.com", "clinic.example/m-2|pat@gmail.com");
    }

    @Test
    void nothing_is_swept_while_it_is_not_known_what_waits() {
        stream.outside().tell(Optional::empty, Optional::empty);
        receives(START, delivered("m-1"));
        receives(SWEPT.plusMillis(1), delivered("m-2"));
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(2);
        stream.outside().tell(Optional::empty, AggregateHarness.EVERYTHING_IS_COUNTED);
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(1);
    }

    @Test
    void a_sweep_publishes_nothing_and_changes_no_number() {
        receives(START, delivered("m-1"));
        receives(SWEPT.plusMillis(1), delivered("m-2"));
        String before = state().toString();
        int events = stream.events().size();
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(1);
        assertThat(stream.publishedStates()).isEmpty();
        assertThat(state().toString()).isEqualTo(before);
        assertThat(stream.events()).hasSize(events);
    }

    @Test
    void a_turn_looks_at_a_thousand_rows_and_the_next_one_goes_on_behind_them() {
        for (int message = 0; message < 2_100; message++) {
            receives(START, delivered("m-" + message));
        }
        receives(SWEPT.plusMillis(1), delivered("m-after-all-others"));
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(1_101);
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(101);
        stream.tick();
        assertThat(rows(LedgerRows.FACTS)).isEqualTo(1);
    }

    /** What README.md says of the size of the state; Message-IDs and receipt ids are as long as real ones. */
    @Test
    void a_message_that_is_delivered_and_opened_takes_so_many_bytes() {
        String id = "0102018f0a1b2c3d-4e5f6071-8293-a4b5-c6d7-e8f901234567-000000@mail.example";
        receives(START, delivered(id));
        receives(START, opened(id));
        assertThat(bytes(LedgerRows.FACTS)).isEqualTo(FACTS_BYTES);
        assertThat(bytes(LedgerRows.EVENTS)).isEqualTo(EVENTS_BYTES);
    }

    private static final long FACTS_BYTES = 149;
    private static final long EVENTS_BYTES = 338;

    private void receives(Instant appendTime, String body) {
        receipts++;
        String receipt = "018f0a1b-2c3d-7e5f-8071-%012d".formatted(receipts);
        Instant received = SWEPT.plus(Duration.ofDays(1));
        stream.receives(new RawBody(receipt, Body.ofText(body), "paubox-main", "paubox", received, appendTime));
    }

    private static String delivered(String messageId) {
        return PauboxBodies.delivered(messageId, "care@clinic.example", "pat@gmail.com", "2026-04-18T20:00:00Z");
    }

    private static String opened(String messageId) {
        return PauboxBodies.opened(messageId, "care@clinic.example", "pat@gmail.com", "2026-04-18T20:01:00Z");
    }

    private ObjectNode state() {
        return Objects.requireNonNull(stream.states().get("clinic.example"));
    }

    private long rows(String store) {
        long rows = 0;
        try (KeyValueIterator<byte[], byte[]> all = stream.<byte[]>store(store).all()) {
            while (all.hasNext()) {
                all.next();
                rows++;
            }
        }
        return rows;
    }

    private long bytes(String store) {
        long bytes = 0;
        try (KeyValueIterator<byte[], byte[]> all = stream.<byte[]>store(store).all()) {
            while (all.hasNext()) {
                var row = all.next();
                bytes += row.key.length + row.value.length;
            }
        }
        return bytes;
    }
}
