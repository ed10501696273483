package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsTest {

    @ParameterizedTest
    @CsvSource({
        "10, 10, 10, true",
        "12, 12, 12, true",
        "9, 9, 9, false",
        "13, 13, 13, false",
        "11, 10, 10, false",
        "10, 10, 9, false",
    })
    void it_holds_if_each_event_was_published_once_and_counted_once(
            long records, long distinct, long inStates, boolean holds) {
        assertThat(new CountedEvents.Found(records, distinct, inStates).holds(10, 12))
                .isEqualTo(holds);
    }
}
