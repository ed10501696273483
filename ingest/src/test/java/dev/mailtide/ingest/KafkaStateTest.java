package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** When the breaker opens and closes, with a clock that is set by hand. */
class KafkaStateTest {

    private static final Duration IN_TIME = Duration.ofMillis(250);
    private static final Duration TIMELY = Duration.ofMillis(250);
    private static final Duration LATE = Duration.ofMillis(251);

    private final AtomicLong nanos = new AtomicLong(-5);
    private final KafkaState state = new KafkaState(IN_TIME, nanos::get);

    @Test
    void it_opens_after_eight_misses_with_no_timely_ack_between() {
        miss(KafkaState.MISSES_MAX - 1);
        assertThat(state.acked(TIMELY)).isTrue();
        miss(KafkaState.MISSES_MAX - 1);
        assertThat(state.acked(LATE)).isFalse();
        assertThat(state.isOpen()).isFalse();
        miss(1);
        assertThat(state.isOpen()).isTrue();
        assertThat(state.problem()).contains("no ack within 250 ms");
    }

    @Test
    void it_closes_when_acks_have_come_in_time_for_a_second() {
        miss(KafkaState.MISSES_MAX);
        state.acked(TIMELY);
        pass(999);
        state.acked(TIMELY);
        assertThat(state.isOpen()).isTrue();
        pass(1);
        state.acked(TIMELY);
        assertThat(state.isOpen()).isFalse();
        assertThat(state.problem()).isEmpty();
    }

    @Test
    void a_late_ack_or_a_failure_begins_the_second_anew() {
        miss(KafkaState.MISSES_MAX);
        state.acked(TIMELY);
        pass(600);
        state.acked(LATE);
        state.acked(TIMELY);
        pass(600);
        state.acked(TIMELY);
        assertThat(state.isOpen()).isTrue();
        state.failed(new TimeoutException("away"));
        state.acked(TIMELY);
        pass(999);
        state.acked(TIMELY);
        assertThat(state.isOpen()).isTrue();
        pass(1);
        state.acked(TIMELY);
        assertThat(state.isOpen()).isFalse();
    }

    @Test
    void opening_again_soon_doubles_the_time_and_a_long_peace_takes_that_back() {
        assertThat(millisToClose()).isEqualTo(1_000);
        assertThat(millisToClose()).isEqualTo(2_000);
        assertThat(millisToClose()).isEqualTo(4_000);
        assertThat(millisToClose()).isEqualTo(8_000);
        assertThat(millisToClose()).isEqualTo(16_000);
        assertThat(millisToClose()).isEqualTo(16_000);
        pass(30_000);
        assertThat(millisToClose()).isEqualTo(1_000);
        assertThat(state.opened()).isEqualTo(7);
    }

    private long millisToClose() {
        miss(KafkaState.MISSES_MAX);
        long begun = nanos.get();
        state.acked(TIMELY);
        while (state.isOpen()) {
            pass(500);
            state.acked(TIMELY);
        }
        return TimeUnit.NANOSECONDS.toMillis(nanos.get() - begun);
    }

    private void miss(int times) {
        for (int i = 0; i < times; i++) {
            state.missed();
        }
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
