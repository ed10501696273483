package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class EndsInTimeTest {

    private static final TopicPartition CHANGELOG = new TopicPartition("changelog", 3);
    private static final Instant FIRST = Instant.parse("2026-04-18T20:00:00Z");
    private static final Instant SECOND = FIRST.plusSeconds(1);

    private final EndsInTime ends = new EndsInTime();

    @Test
    void a_copy_has_what_was_counted_before_the_last_end_that_it_has_passed() {
        ends.note(CHANGELOG, 100, FIRST);
        ends.note(CHANGELOG, 200, SECOND);
        assertThat(ends.passedBy(CHANGELOG, 200)).contains(SECOND);
        assertThat(ends.passedBy(CHANGELOG, 198)).contains(FIRST);
        assertThat(ends.passedBy(CHANGELOG, 98)).isEmpty();
    }

    @Test
    void the_marker_at_the_end_of_a_transaction_is_not_waited_for() {
        ends.note(CHANGELOG, 100, FIRST);
        assertThat(ends.passedBy(CHANGELOG, 99)).contains(FIRST);
        assertThat(ends.passedBy(CHANGELOG, 98)).isEmpty();
    }

    @Test
    void while_nothing_is_added_a_copy_grows_no_older() {
        ends.note(CHANGELOG, 100, FIRST);
        ends.note(CHANGELOG, 100, SECOND);
        assertThat(ends.passedBy(CHANGELOG, 100)).contains(SECOND);
    }

    @Test
    void a_changelog_that_is_shorter_than_before_is_another_one() {
        ends.note(CHANGELOG, 100, FIRST);
        ends.note(CHANGELOG, 10, SECOND);
        assertThat(ends.passedBy(CHANGELOG, 8)).isEmpty();
        assertThat(ends.passedBy(CHANGELOG, 10)).contains(SECOND);
    }

    @Test
    void a_copy_that_is_far_behind_has_nothing_to_say() {
        for (int second = 0; second < 200; second++) {
            ends.note(CHANGELOG, 100L * (second + 1), FIRST.plusSeconds(second));
        }
        assertThat(ends.passedBy(CHANGELOG, 100 * 81)).contains(FIRST.plusSeconds(80));
        assertThat(ends.passedBy(CHANGELOG, 100 * 80)).isEmpty();
    }

    @Test
    void what_is_no_longer_here_is_forgotten() {
        ends.note(CHANGELOG, 100, FIRST);
        ends.retain(Set.of());
        assertThat(ends.passedBy(CHANGELOG, 100)).isEmpty();
    }
}
