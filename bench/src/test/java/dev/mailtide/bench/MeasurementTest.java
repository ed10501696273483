package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeasurementTest {

    private static final long MILLI = 1_000_000;

    @Test
    void the_warm_up_and_the_end_count_among_the_answers_but_not_in_the_rate() {
        Measurement measurement = measurement(new ArrayDeque<>(List.of(Duration.ZERO, Duration.ofMillis(6))));
        acked(measurement, 10, 1);
        acked(measurement, 100, 1);
        acked(measurement, 600, 3);
        acked(measurement, 1_100, 1);
        assertThat(measurement.isOver()).isTrue();
        Slice slice = measurement.result();
        assertThat(slice.acked()).isEqualTo(4);
        assertThat(slice.units()).isEqualTo(2);
        assertThat(slice.seconds()).isEqualTo(1);
        assertThat(slice.perSecond()).isEqualTo(2);
        assertThat(slice.p50Millis()).isCloseTo(1, within(0.002));
        assertThat(slice.p99Millis()).isCloseTo(3, within(0.005));
        assertThat(slice.cpuMicrosPerUnit()).isEqualTo(3_000);
    }

    @Test
    void nothing_is_made_up_when_nothing_was_answered() {
        Measurement measurement = measurement(new ArrayDeque<>(List.of(Duration.ZERO, Duration.ofMillis(5))));
        measurement.look(100 * MILLI);
        measurement.refused();
        measurement.unanswered();
        measurement.unanswered();
        measurement.look(1_100 * MILLI);
        assertThat(measurement.result()).isEqualTo(new Slice(0, 1, 0, 0, 0, 0, 1, 2));
    }

    @Test
    void a_window_that_closes_late_is_as_long_as_it_was() {
        Measurement measurement = measurement(new ArrayDeque<>(List.of(Duration.ZERO, Duration.ZERO)));
        measurement.look(100 * MILLI);
        measurement.look(2_100 * MILLI);
        assertThat(measurement.result().seconds()).isEqualTo(2);
    }

    /** One answer at a time, which waited so long. */
    private static void acked(Measurement measurement, long atMillis, long waitedMillis) {
        measurement.look(atMillis * MILLI);
        measurement.acked((atMillis - waitedMillis) * MILLI, atMillis * MILLI);
    }

    /** A warm-up of 100 ms, then a window of a second. */
    private static Measurement measurement(Deque<Duration> cpu) {
        return new Measurement(0, Duration.ofMillis(100), Duration.ofSeconds(1), cpu::remove);
    }
}
