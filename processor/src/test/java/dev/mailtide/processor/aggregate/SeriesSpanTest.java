package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesSpanTest {

    private static final Instant NOON = Instant.parse("2026-04-18T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "MINUTE, 2026-04-18T20:27:26.001Z, 2026-04-17T20:28:00Z, 2026-04-18T20:28:00Z",
        "HOUR, 2026-04-18T20:27:26.001Z, 2026-04-11T21:00:00Z, 2026-04-18T21:00:00Z",
        "DAY, 2026-04-18T20:27:26.001Z, 2026-01-19T00:00:00Z, 2026-04-19T00:00:00Z",
        "MINUTE, 2026-04-18T20:00:00.000Z, 2026-04-17T20:01:00Z, 2026-04-18T20:01:00Z",
    })
    void without_a_wish_it_ends_with_the_bucket_up_to_which_everything_is_counted(
            BucketSize size, Instant asOf, Instant from, Instant to) {
        assertThat(SeriesSpan.defaultTo(size, asOf)).isEqualTo(to);
        assertThat(SeriesSpan.defaultFrom(size, to)).isEqualTo(from);
    }

    @ParameterizedTest
    @CsvSource({
        "MINUTE, 2026-04-18T20:27:26.001Z, 2026-04-16T20:27:00Z",
        "MINUTE, 2026-04-18T20:27:00.000Z, 2026-04-16T20:27:00Z",
        "MINUTE, 2026-04-18T20:26:59.999Z, 2026-04-16T20:26:00Z",
        "HOUR, 2026-04-18T20:27:26.001Z, 2026-01-18T20:00:00Z",
        "DAY, 2026-04-18T20:27:26.001Z, 2024-04-18T00:00:00Z",
    })
    void the_oldest_bucket_that_is_kept_is_kept_and_the_one_before_it_is_not(
            BucketSize size, Instant append, Instant oldest) {
        long start = size.oldestKeptStart(append.toEpochMilli());
        assertThat(Instant.ofEpochMilli(start)).isEqualTo(oldest);
        assertThat(size.isKept(start, append.toEpochMilli())).isTrue();
        assertThat(size.isKept(start - size.length().toMillis(), append.toEpochMilli()))
                .isFalse();
    }

    @Test
    void it_holds_ten_thousand_buckets_and_not_one_more() {
        Instant to = NOON.plus(Duration.ofMinutes(10_000));
        assertThat(SeriesSpan.problem(BucketSize.MINUTE, NOON, to)).isEmpty();
        Instant later = to.plus(Duration.ofMinutes(1));
        assertThat(SeriesSpan.problem(BucketSize.MINUTE, NOON, later))
                .contains("from, to: expected at most 10000 buckets, found 10001 of a minute each.");
        assertThatThrownBy(() -> new SeriesSpan(BucketSize.MINUTE, NOON, later))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void it_begins_before_it_ends() {
        assertThat(SeriesSpan.problem(BucketSize.DAY, NOON, NOON))
                .contains("from: expected a time before to, which is 2026-04-18T12:00:00.000Z.");
    }
}
