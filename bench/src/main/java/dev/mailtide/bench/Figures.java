package dev.mailtide.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** The arithmetic. */
final class Figures {

    private Figures() {}

    /** The middle one, or the mean of the two in the middle. */
    static <T> double median(List<T> slices, ToDoubleFunction<T> figure) {
        if (slices.isEmpty()) {
            throw new IllegalArgumentException("no median of nothing");
        }
        double[] sorted = slices.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /**
     * What a machine can do of two things, one after the other, for each unit, when it can do the one alone at the first
     * rate and the other alone at the second: the times for each unit add up.
     */
    static double limit(double firstPerSecond, double secondPerSecond) {
        return 1 / (1 / firstPerSecond + 1 / secondPerSecond);
    }
}
