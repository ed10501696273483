package dev.mailtide.processor.normalise;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderTimeTest {

    private static final Instant RECEIVED = Instant.parse("2026-04-18T20:30:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-04-18T20:27:26.001Z, 2026-04-18T20:27:26.001Z",
        "2026-04-18T20:27:26Z, 2026-04-18T20:27:26Z",
        "2026-04-18T20:27:26.123456Z, 2026-04-18T20:27:26.123Z",
        "2026-04-18T22:27:26.001+02:00, 2026-04-18T20:27:26.001Z",
        "2024-02-29T00:00:00.000Z, 2024-02-29T00:00:00Z",
        "0001-01-01T00:00:00.000Z, 0001-01-01T00:00:00Z",
        "2026-04-18T21:30:00.000Z, 2026-04-18T21:30:00Z",
    })
    void a_time_is_read_in_milliseconds_of_utc(String text, Instant at) {
        assertThat(ProviderTime.read(Optional.of(text), RECEIVED))
                .isEqualTo(new ProviderTime(Optional.of(text), Optional.of(at)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-04-18T21:30:00.001Z",
                "2026-13-18T20:27:26.001Z",
                "2026-02-29T20:27:26.001Z",
                "2026-04-18T24:00:00.000Z",
                "2026-04-18T20:27:60.001Z",
                "0000-01-01T00:00:00.000Z",
                "2026-04-18 20:27:26.001Z",
                "2026-04-18T20:27:26.001",
                "2026-04-18T20:27:26.0012",
                "2026-04-18T20:27:2٦.001Z",
                "-026-04-18T20:27:26.001Z",
                "",
            })
    void a_time_that_is_no_time_or_in_the_future_counts_as_absent(String text) {
        assertThat(ProviderTime.read(Optional.of(text), RECEIVED))
                .isEqualTo(new ProviderTime(Optional.empty(), Optional.empty()));
    }
}
