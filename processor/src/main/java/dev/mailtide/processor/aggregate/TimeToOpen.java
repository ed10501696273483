package dev.mailtide.processor.aggregate;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * The time from delivery to the first open, in fixed logarithmic cells: cell n ≥ 1 begins at 1.04^(n−1) seconds, cell 0
 * is "not after delivery". Counts in fixed cells can be moved by one when an earlier event comes in late, and compared
 * exactly; no sketch can do either.
 */
final class TimeToOpen {

    private static final double RATIO = 1.04;
    private static final long DAYS_40_MILLIS = 40L * 24 * 60 * 60 * 1000;
    private static final long[] BOUNDS_MILLIS = bounds();

    private TimeToOpen() {}

    private static long[] bounds() {
        long[] bounds = new long[400];
        int count = 0;
        for (long bound = 1000; bound <= DAYS_40_MILLIS; bound = Math.round(1000 * Math.pow(RATIO, count))) {
            bounds[count++] = bound;
        }
        return Arrays.copyOf(bounds, count);
    }

    static int cellOf(long millisAfterDelivery) {
        if (millisAfterDelivery <= 0) {
            return 0;
        }
        long clamped = Math.max(BOUNDS_MILLIS[0], Math.min(millisAfterDelivery, DAYS_40_MILLIS));
        int found = Arrays.binarySearch(BOUNDS_MILLIS, clamped);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** How many were measured: all cells but 0. */
    static long count(SortedMap<Integer, Long> cells) {
        return cells.tailMap(1).values().stream().mapToLong(Long::longValue).sum();
    }

    /** The middle, in whole seconds, of the cell that holds this quantile; nothing if nothing was measured. */
    static OptionalLong quantileSeconds(SortedMap<Integer, Long> cells, double quantile) {
        long rank = (long) Math.ceil(quantile * count(cells));
        long passed = 0;
        for (Map.Entry<Integer, Long> cell : cells.tailMap(1).entrySet()) {
            passed += cell.getValue();
            if (passed >= rank) {
                return OptionalLong.of(Math.round(Math.pow(RATIO, cell.getKey() - 0.5)));
            }
        }
        return OptionalLong.empty();
    }
}
