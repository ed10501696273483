package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeapShareTest {

    private static final Setting<Long> LIMIT = HeapShare.setting("ingest.queue-bytes-max", "Bytes that wait.");

    @ParameterizedTest
    @CsvSource({
        "16777216, 6000000",
        "134217728, 16777216",
        "268435456, 33554432",
        "1073741824, 67108864",
        "9223372036854775807, 67108864",
    })
    void it_is_an_eighth_of_the_heap_with_room_for_the_largest_body_and_at_most_64_mib(long heap, long share) {
        assertThat(HeapShare.of(heap)).isEqualTo(share);
    }

    @Test
    void it_is_what_holds_where_nothing_is_set() {
        assertThat(LIMIT.fallback().flatMap(LIMIT.parser()::parse)).contains(HeapShare.ofThisHeap());
        assertThat(HeapShare.ofThisHeap())
                .isEqualTo(HeapShare.of(Runtime.getRuntime().maxMemory()));
    }

    @Test
    void a_number_holds_as_it_is_up_to_1_gib() {
        assertThat(LIMIT.parser().parse("6000000")).contains(6_000_000L);
        assertThat(LIMIT.parser().parse("1073741824")).contains(1_073_741_824L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5999999", "1073741825", "", "AUTO", "64m"})
    void anything_else_is_a_problem(String text) {
        assertThat(LIMIT.parser().parse(text)).isEqualTo(Optional.empty());
        assertThat(LIMIT.expected()).isEqualTo("auto, or a number of bytes from 6000000 to 1073741824");
    }
}
