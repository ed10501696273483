package dev.mailtide.app.demo;

import java.time.Duration;

/** The cell in which a time to open is counted: the number of bounds, each 1.04 times the last, that it has reached. */
final class TimeToOpenCell {
    private static final double RATIO = 1.04;
    private static final long SHORTEST_MILLIS = Duration.ofSeconds(1).toMillis();
    private static final long LONGEST_MILLIS = Duration.ofDays(40).toMillis();

    private TimeToOpenCell() {}

    static int of(Duration toOpen) {
        if (toOpen.isNegative() || toOpen.isZero()) {
            return 0;
        }
        long millis = Math.max(SHORTEST_MILLIS, Math.min(LONGEST_MILLIS, toOpen.toMillis()));
        int reached = 0;
        while (boundMillis(reached) <= millis) {
            reached++;
        }
        return reached;
    }

    private static long boundMillis(int number) {
        return Math.round(SHORTEST_MILLIS * Math.pow(RATIO, number));
    }
}
