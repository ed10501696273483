package dev.mailtide.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PassageTest {

    private static final TopicPartition ONE = new TopicPartition("by-message", 0);
    private static final TopicPartition TWO = new TopicPartition("by-message", 1);
    private static final Instant FIRST = Instant.parse("2026-04-18T20:00:00Z");
    private static final Instant SECOND = FIRST.plusSeconds(1);

    private final Passage passage = new Passage();

    @Test
    void what_had_arrived_has_passed_when_every_end_of_then_is_passed() {
        assertThat(look(FIRST, Map.of(ONE, 10L, TWO, 20L), Map.of(ONE, 9L, TWO, 20L)))
                .isEmpty();
        assertThat(look(SECOND, Map.of(ONE, 12L, TWO, 22L), Map.of(ONE, 10L, TWO, 20L)))
                .contains(FIRST);
        assertThat(look(SECOND, Map.of(ONE, 12L, TWO, 22L), Map.of(ONE, 12L, TWO, 22L)))
                .contains(SECOND);
    }

    @Test
    void what_has_passed_stays_so_while_the_next_waits() {
        assertThat(look(FIRST, Map.of(ONE, 10L), Map.of(ONE, 10L))).contains(FIRST);
        assertThat(look(SECOND, Map.of(ONE, 11L), Map.of(ONE, 10L))).contains(FIRST);
    }

    @Test
    void while_nothing_comes_it_is_as_late_as_the_last_look() {
        assertThat(look(FIRST, Map.of(ONE, 10L), Map.of(ONE, 10L))).contains(FIRST);
        assertThat(look(SECOND, Map.of(ONE, 10L), Map.of(ONE, 10L))).contains(SECOND);
    }

    @Test
    void nothing_is_known_before_anything_has_arrived() {
        assertThat(passage.look(Optional.empty(), Map.of(ONE, 0L), Map.of(ONE, 0L)))
                .isEmpty();
    }

    @Test
    void what_waits_for_longer_than_there_are_looks_is_still_known_to_pass() {
        int behind = 10_000;
        int looks = 40_000;
        Optional<Instant> passed = Optional.empty();
        for (long second = 0; second < looks; second++) {
            long waiting = Math.max(0, second - behind);
            passed = look(FIRST.plusSeconds(second), Map.of(ONE, second + 1), Map.of(ONE, waiting));
        }
        Instant truth = FIRST.plusSeconds(looks - 1L - behind - 1L);
        assertThat(passed.orElseThrow())
                .as("a thousand looks on ten thousand seconds")
                .isBetween(truth.minusSeconds(20), truth);
    }

    private Optional<Instant> look(Instant arrived, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> waiting) {
        return passage.look(Optional.of(arrived), ends, waiting);
    }
}
