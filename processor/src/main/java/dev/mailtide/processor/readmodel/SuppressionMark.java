package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import java.util.Comparator;

/**
 * An event that says something about a recipient. Of two at the same time the one with the greater id counts as the later
 * one, so that it does not matter which is heard of first.
 *
 * @param atMillis when it happened, in milliseconds since 1970
 * @param event its id
 */
record SuppressionMark(long atMillis, Fingerprint event) implements Comparable<SuppressionMark> {

    private static final Comparator<SuppressionMark> ORDER = Comparator.comparingLong(SuppressionMark::atMillis)
            .thenComparing(mark -> mark.event().hex());

    static SuppressionMark later(SuppressionMark one, SuppressionMark other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public int compareTo(SuppressionMark other) {
        return ORDER.compare(this, other);
    }
}
