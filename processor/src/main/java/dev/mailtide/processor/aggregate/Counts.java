package dev.mailtide.processor.aggregate;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Counts that are never negative, and leave no entry where they are zero. */
final class Counts {

    private Counts() {}

    /**
     * Adds to a count, in place.
     *
     * @throws IllegalStateException if it falls below zero: something was taken away that was never added
     */
    static <K> void add(Map<K, Long> counts, K count, int by) {
        long sum = counts.getOrDefault(count, 0L) + by;
        if (sum < 0) {
            throw new IllegalStateException("the count of " + count + " would be " + sum);
        }
        if (sum == 0) {
            counts.remove(count);
        } else {
            counts.put(count, sum);
        }
    }

    static <E extends Enum<E>> void write(BinaryOut out, Map<E, Long> counts) {
        out.number(counts.size());
        new TreeMap<>(counts).forEach((count, number) -> out.constant(count).number(number));
    }

    static <E extends Enum<E>> Map<E, Long> read(BinaryIn in, Class<E> type) {
        Map<E, Long> counts = new EnumMap<>(type);
        for (int left = in.count(); left > 0; left--) {
            E count = in.constant(type);
            counts.put(count, in.number());
        }
        return counts;
    }
}
