package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.Times;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.RawBody;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is published when the topics of totals and series are others than before. */
class RefillTest {

    private static final Instant START = Instant.parse("2026-04-18T20:00:00Z");

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
    void every_row_is_published_again_once_when_the_topics_are_others() {
        topicsAre("first");
        receives("clinic-1.example", START);
        receives("clinic-2.example", START);
        List<TestRecord<String, byte[]>> states = stream.publishedStates();
        List<TestRecord<String, byte[]>> series = stream.takeSeries();
        assertThat(states).hasSize(2);
        assertThat(series).hasSize(6);
        stream.restart();
        assertThat(stream.publishedStates()).as("the same topics").isEmpty();
        topicsAre("second");
        stream.restart();
        assertThat(keys(stream.publishedStates())).isEqualTo(keys(states));
        assertThat(texts(stream.takeSeries())).isEqualTo(texts(series));
        assertThat(stream.publishedStates()).isEmpty();
        stream.restart();
        assertThat(stream.publishedStates()).isEmpty();
        assertThat(stream.publishedSeries()).isEmpty();
    }

    @Test
    void rows_of_a_build_that_did_not_note_the_topics_are_published_again_once() {
        receives("clinic-1.example", START);
        assertThat(stream.publishedStates()).hasSize(1);
        topicsAre("first");
        stream.restart();
        assertThat(stream.publishedStates()).hasSize(1);
        assertThat(stream.takeSeries()).hasSize(3);
        stream.restart();
        assertThat(stream.publishedStates()).isEmpty();
    }

    @Test
    void nothing_is_published_again_while_it_is_not_known_which_topics_they_are() {
        topicsAre("first");
        receives("clinic-1.example", START);
        assertThat(stream.publishedStates()).hasSize(1);
        stream.outside().tell(Optional::empty, AggregateHarness.EVERYTHING_IS_COUNTED);
        stream.restart();
        assertThat(stream.publishedStates()).isEmpty();
        topicsAre("second");
        assertThat(stream.publishedStates()).hasSize(1);
    }

    @Test
    void a_turn_publishes_two_thousand_rows_and_one_that_was_broken_off_begins_again() {
        for (int minute = 0; minute < 2_100; minute++) {
            receives("clinic-1.example", START.plus(Duration.ofMinutes(minute)));
        }
        receives("clinic-2.example", START.plus(Duration.ofHours(35)));
        TreeSet<String> all = new TreeSet<>(keys(stream.publishedSeries()));
        assertThat(all).hasSize(2_100 + 35 + 3 + 3);
        topicsAre("first");
        stream.restart();
        stream.tick();
        List<String> first = keys(stream.takeSeries());
        assertThat(first).hasSize(Refill.ROWS_MAX);
        stream.restart();
        stream.tick();
        assertThat(keys(stream.takeSeries())).isEqualTo(first);
        stream.tick();
        List<String> rest = keys(stream.takeSeries());
        assertThat(rest).hasSize(all.size() - first.size());
        TreeSet<String> both = new TreeSet<>(first);
        both.addAll(rest);
        assertThat(both).isEqualTo(all);
        assertThat(keys(stream.publishedStates()))
                .containsExactly("clinic-1.example", "clinic-1.example", "clinic-2.example");
        assertThat(stream.publishedStates()).isEmpty();
        assertThat(stream.takeSeries()).isEmpty();
    }

    private void topicsAre(String ids) {
        stream.outside().tell(() -> Optional.of(ids), AggregateHarness.EVERYTHING_IS_COUNTED);
    }

    private static List<String> keys(List<TestRecord<String, byte[]>> records) {
        return records.stream().map(TestRecord::key).sorted().toList();
    }

    private static List<String> texts(List<TestRecord<String, byte[]>> records) {
        return records.stream()
                .map(record -> record.key() + " " + AggregateHarness.parse(record.value()))
                .sorted()
                .toList();
    }

    private void receives(String domain, Instant time) {
        receipts++;
        String receipt = "018f0a1b-2c3d-7e5f-8071-%012d".formatted(receipts);
        String body = PauboxBodies.delivered("m-" + receipts, "care@" + domain, "pat@gmail.com", Times.text(time));
        stream.receives(new RawBody(receipt, Body.ofText(body), "paubox-main", "paubox", time, time));
    }
}
