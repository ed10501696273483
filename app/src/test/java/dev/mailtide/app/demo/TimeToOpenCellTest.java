package dev.mailtide.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeToOpenCellTest {
    @Test
    void what_is_not_after_the_delivery_is_in_cell_0() {
        assertThat(TimeToOpenCell.of(Duration.ZERO)).isZero();
        assertThat(TimeToOpenCell.of(Duration.ofMillis(-5))).isZero();
    }

    @Test
    void the_first_second_and_the_first_bound_begin_a_cell() {
        assertThat(TimeToOpenCell.of(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(TimeToOpenCell.of(Duration.ofMillis(1039))).isEqualTo(1);
        assertThat(TimeToOpenCell.of(Duration.ofMillis(1040))).isEqualTo(2);
        assertThat(TimeToOpenCell.of(Duration.ofMillis(1081))).isEqualTo(2);
        assertThat(TimeToOpenCell.of(Duration.ofMillis(1082))).isEqualTo(3);
    }

    /** 1.04^183 s is 1309.5 s, 1.04^184 s is 1361.9 s. */
    @Test
    void twenty_two_minutes_are_in_the_cell_that_the_logarithm_gives() {
        assertThat(TimeToOpenCell.of(Duration.ofMinutes(22))).isEqualTo(184);
    }

    @Test
    void forty_days_and_more_share_a_cell() {
        int last = TimeToOpenCell.of(Duration.ofDays(40));
        assertThat(TimeToOpenCell.of(Duration.ofDays(4000))).isEqualTo(last);
        assertThat(TimeToOpenCell.of(Duration.ofDays(38))).isEqualTo(last - 1);
    }
}
