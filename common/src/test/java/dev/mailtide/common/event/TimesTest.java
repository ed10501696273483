package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimesTest {

    private static final DateTimeFormatter JDK =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @ParameterizedTest
    @CsvSource({
        "2026-04-18T20:27:26.001Z, 2026-04-18T20:27:26.001Z",
        "2026-04-18T20:27:26Z, 2026-04-18T20:27:26.000Z",
        "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000Z",
        "2099-12-31T23:59:59.999999999Z, 2099-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00.100Z, 0001-01-01T00:00:00.100Z",
        "9999-12-31T23:59:59.999Z, 9999-12-31T23:59:59.999Z",
        "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00.000Z",
        "-0001-01-01T00:00:00Z, -0001-01-01T00:00:00.000Z",
    })
    void a_time_has_milliseconds_and_is_in_utc(Instant time, String text) {
        assertThat(Times.text(time)).isEqualTo(text);
    }

    @Test
    void any_time_reads_as_the_jdk_writes_it() {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            Instant time = Instant.ofEpochMilli(chance.nextLong(-70_000_000_000_000L, 260_000_000_000_000L));
            assertThat(Times.text(time)).as("seed %d", seed).isEqualTo(JDK.format(time));
        }
    }
}
