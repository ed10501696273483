package dev.mailtide.processor.aggregate;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** How long one bucket of a series is, and how long it is kept. Buckets begin at whole minutes, hours and days of UTC. */
public enum BucketSize {
    /** Kept for two days. */
    MINUTE("minute", Duration.ofMinutes(1), Duration.ofDays(2)),
    /** Kept for 90 days. */
    HOUR("hour", Duration.ofHours(1), Duration.ofDays(90)),
    /** Kept for two years, of 365 days each. */
    DAY("day", Duration.ofDays(1), Duration.ofDays(730));

    private final String wireName;
    private final Duration length;
    private final Duration retention;

    BucketSize(String wireName, Duration length, Duration retention) {
        this.wireName = wireName;
        this.length = length;
        this.retention = retention;
    }

    /** The name in questions, answers and keys. */
    public String wireName() {
        return wireName;
    }

    /** From the start of a bucket to the start of the next. */
    public Duration length() {
        return length;
    }

    /** The size of this name, in exactly this spelling. */
    public static Optional<BucketSize> named(String wireName) {
        return Arrays.stream(values())
                .filter(size -> size.wireName.equals(wireName))
                .findFirst();
    }

    /** The start of the bucket in which this time lies; both in milliseconds since 1970. */
    public long startOf(long millis) {
        return Math.floorDiv(millis, length.toMillis()) * length.toMillis();
    }

    /**
     * Whether a bucket is still kept. What is no longer kept is not touched any more either.
     *
     * @param startMillis where it begins
     * @param nowMillis append time by which everything expires, in milliseconds since 1970; 0 or more
     */
    boolean isKept(long startMillis, long nowMillis) {
        return startMillis > newestExpiredStart(nowMillis);
    }

    /** Where the oldest bucket begins that is still kept at this append time. */
    long oldestKeptStart(long nowMillis) {
        return startOf(newestExpiredStart(nowMillis)) + length.toMillis();
    }

    /** The greatest start, whole or not, of a bucket that is no longer kept at this append time. */
    long newestExpiredStart(long nowMillis) {
        return nowMillis - retention.toMillis() - length.toMillis();
    }
}
