package dev.mailtide.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Keeps the posts at so many a second. What an outage held back is not made up for in a burst. */
final class Pace {
    private static final Duration CATCH_UP_MAX = Duration.ofMillis(200);

    private final Duration between;
    private final InstantSource time;
    private Instant nextAt = Instant.MIN;

    private Pace(Duration between, InstantSource time) {
        this.between = between;
        this.time = time;
    }

    /** A rate of 0 is no limit. */
    static Pace of(int postsPerSecond, InstantSource time) {
        return new Pace(
                postsPerSecond == 0 ? Duration.ZERO : Duration.ofSeconds(1).dividedBy(postsPerSecond), time);
    }

    boolean allowsNext() {
        return between.isZero() || !time.instant().isBefore(nextAt);
    }

    void went() {
        Instant earliest = time.instant().minus(CATCH_UP_MAX);
        nextAt = (nextAt.isBefore(earliest) ? earliest : nextAt).plus(between);
    }
}
