package dev.mailtide.processor.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LetterCursorTest {

    @Test
    void a_cursor_is_read_as_it_was_written() {
        for (long seed = 1; seed <= 1_000; seed++) {
            Random random = new Random(seed);
            SortedMap<Integer, Long> before = new TreeMap<>();
            for (int i = random.nextInt(20); i >= 0; i--) {
                before.put(random.nextInt(1_000), random.nextLong() >>> (1 + random.nextInt(62)));
            }
            LetterCursor cursor = new LetterCursor(before);
            assertThat(LetterCursor.of(cursor.text())).as("seed %d", seed).contains(cursor);
        }
    }

    @Test
    void a_cursor_of_a_thousand_partitions_fits_into_a_request() {
        SortedMap<Integer, Long> before = new TreeMap<>();
        for (int partition = 0; partition < 1_000; partition++) {
            before.put(partition, 100_000_000L + partition);
        }
        assertThat(new LetterCursor(before).text().length()).isEqualTo(6_667);
    }

    @Test
    void the_text_of_a_cursor_is_a_contract() {
        assertThat(new LetterCursor(new TreeMap<>(Map.of(0, 7L, 3, 1_042L))).text())
                .isEqualTo("AAcCkgg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "!", "AA", "_____________________w", "_____w8B", "gICAgAgB"})
    void what_is_no_cursor_is_none(String text) {
        assertThat(LetterCursor.of(text)).isEmpty();
    }
}
