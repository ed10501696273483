package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndToEndReportTest {

    private static final CountedEvents.Found FOUND = new CountedEvents.Found(10, 10, 10);

    @Test
    void the_goal_holds_at_the_highest_rate_that_was_held_with_a_99th_percentile_under_a_second() {
        List<Run> runs = List.of(run(1_000, 1_000, 400), run(2_000, 2_000, 999), run(3_000, 3_000, 1_000));
        assertThat(json(runs, 10).get("goalHoldsAtPerSecond").intValue()).isEqualTo(2_000);
    }

    @Test
    void a_rate_that_was_not_reached_is_not_held_however_fast_the_answers_came() {
        List<Run> runs = List.of(run(1_000, 989, 100));
        assertThat(json(runs, 10).get("goalHoldsAtPerSecond").intValue()).isZero();
    }

    @Test
    void it_is_verified_if_what_was_answered_200_came_out_once() {
        assertThat(json(List.of(), 10).get("verified").booleanValue()).isTrue();
        assertThat(json(List.of(), 11).get("verified").booleanValue()).isFalse();
    }

    private static ObjectNode json(List<Run> runs, long answered) {
        EndToEndPlan plan = new EndToEndPlan(
                List.of(1_000, 2_000, 3_000), Duration.ZERO, Duration.ofSeconds(1), 1, 1_024, List.of(), Path.of("."));
        return new EndToEndReport(plan, runs, new EndToEndReport.Counts(answered, 0, FOUND), 0)
                .result()
                .json();
    }

    private static Run run(int rate, long units, double p99Millis) {
        Slice slice = new Slice(units, 1, p99Millis / 2, p99Millis, 10, units, 0, 0);
        return Run.of("rate-" + rate, "events/s", List.of(slice)).against(rate);
    }
}
