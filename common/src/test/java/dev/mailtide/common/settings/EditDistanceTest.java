package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "'', abc, 3",
        "port, port, 0",
        "port, prt, 1",
        "port, ports, 1",
        "port, pork, 1",
        "port, prot, 2",
        "kitten, sitting, 3",
        "saturday, sunday, 3",
    })
    void it_counts_letters_changed_added_and_dropped_in_either_direction(String a, String b, int distance) {
        assertThat(EditDistance.between(a, b)).isEqualTo(distance);
        assertThat(EditDistance.between(b, a)).isEqualTo(distance);
    }
}
