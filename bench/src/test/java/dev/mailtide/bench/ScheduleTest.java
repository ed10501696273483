package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    private static final long SECOND = 1_000_000_000L;

    @Test
    void in_a_closed_loop_a_request_is_always_due_and_due_now() {
        Schedule schedule = Schedule.closed();
        assertThat(schedule.nanosUntilDue(77)).isZero();
        assertThat(schedule.take(77)).isEqualTo(77);
    }

    @Test
    void in_an_open_loop_requests_are_due_at_the_rate_and_stay_due_when_they_have_to_wait() {
        Schedule schedule = Schedule.open(SECOND, 4);
        assertThat(schedule.take(SECOND)).isEqualTo(SECOND);
        assertThat(schedule.nanosUntilDue(SECOND)).isEqualTo(SECOND / 4);
        // Nobody was free for a second: the latency begins when it should have gone.
        assertThat(schedule.take(2 * SECOND)).isEqualTo(SECOND + SECOND / 4);
        assertThat(schedule.take(2 * SECOND)).isEqualTo(SECOND + SECOND / 2);
    }

    @Test
    void a_rate_that_does_not_divide_a_second_does_not_drift() {
        Schedule schedule = Schedule.open(0, 3);
        long last = 0;
        for (int i = 0; i <= 3_000_000; i++) {
            last = schedule.take(0);
        }
        assertThat(last).isEqualTo(1_000_000 * SECOND);
    }
}
