package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {

    @Test
    void the_limit_is_what_both_at_once_would_allow() {
        assertThat(Figures.limit(60_000, 30_000)).isCloseTo(20_000, within(1e-6));
        assertThat(Figures.limit(50_000, 50_000)).isCloseTo(25_000, within(1e-6));
    }

    @Test
    void one_that_is_hardly_slowed_by_the_other_is_limited_by_itself() {
        assertThat(Figures.limit(1_000, 1e12)).isCloseTo(1_000, within(1e-3));
    }

    @Test
    void the_median_is_the_middle_whatever_the_order() {
        assertThat(Figures.median(List.of(rate(30), rate(10), rate(20)), Slice::perSecond))
                .isEqualTo(20);
        assertThat(Figures.median(List.of(rate(7)), Slice::perSecond)).isEqualTo(7);
    }

    @Test
    void the_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() {
        assertThat(Figures.median(List.of(rate(40), rate(10), rate(20), rate(30)), Slice::perSecond))
                .isEqualTo(25);
    }

    @Test
    void there_is_no_median_of_nothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.median(List.of(), Slice::perSecond));
    }

    @Test
    void a_rate_is_of_the_window_alone() {
        assertThat(new Slice(500, 2, 0, 0, 0, 9_000, 0, 0).perSecond()).isEqualTo(250);
    }

    private static Slice rate(int perSecond) {
        return new Slice(perSecond, 1, 0, 0, 0, perSecond, 0, 0);
    }
}
