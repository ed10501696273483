package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Which part of a series is asked for: the buckets of one size that begin in a span of time.
 *
 * @param size minute, hour or day
 * @param from the span begins here, inclusive, in milliseconds
 * @param to the span ends before this, in milliseconds
 */
public record SeriesSpan(BucketSize size, Instant from, Instant to) {

    /** No answer holds more: it is built in memory. */
    public static final int BUCKETS_MAX = 10_000;

    /** @throws IllegalArgumentException if there is a {@link #problem} */
    public SeriesSpan {
        problem(size, from, to).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }

    /** Why these make no span, in words for whoever asks; nothing if they make one. */
    public static Optional<String> problem(BucketSize size, Instant from, Instant to) {
        if (!from.isBefore(to)) {
            return Optional.of("from: expected a time before to, which is " + Times.text(to) + ".");
        }
        long lengthMillis = size.length().toMillis();
        long buckets = (Duration.between(from, to).toMillis() + lengthMillis - 1) / lengthMillis;
        return buckets > BUCKETS_MAX
                ? Optional.of("from, to: expected at most " + BUCKETS_MAX + " buckets, found " + buckets + " of a "
                        + size.wireName() + " each.")
                : Optional.empty();
    }

    /** The end of a span of which nobody says where it ends: the end of the bucket up to which everything is counted. */
    public static Instant defaultTo(BucketSize size, Instant asOf) {
        return Instant.ofEpochMilli(size.startOf(asOf.toEpochMilli())).plus(size.length());
    }

    /** Where a span begins of which nobody says it: 24 hours of minutes, 7 days of hours, 90 days of days. */
    public static Instant defaultFrom(BucketSize size, Instant to) {
        Duration span = switch (size) {
            case MINUTE -> Duration.ofDays(1);
            case HOUR -> Duration.ofDays(7);
            case DAY -> Duration.ofDays(90);
        };
        return Instant.ofEpochMilli(size.startOf(to.minus(span).toEpochMilli()));
    }
}
