package dev.mailtide.testkit.answers;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** How much was compared, so that a comparison of nothing is seen. Safe for several threads. */
public final class Compared {

    private final Map<What, LongAdder> counts = new EnumMap<>(What.class);

    /** What is counted. */
    public enum What {
        /** Asked for by themselves. */
        DOMAINS,
        /** Entries of lists of domains, in all orders and forms. */
        LISTED_DOMAINS,
        /** Buckets of series. */
        DAYS,
        /** Buckets of series. */
        HOURS,
        /** Buckets of series. */
        MINUTES,
        /** Messages with their time lines. */
        MESSAGES,
        /** Entries of lists of events. */
        EVENTS,
        /** Rows of downloads of everything. */
        DOWNLOADED_EVENTS,
        /** Events found by an address or a message. */
        FOUND_EVENTS,
        /** Recipients not to be written to. */
        SUPPRESSIONS,
        /** Recipients asked about. */
        CHECKED_RECIPIENTS,
        /** Bodies that gave no event. */
        DEAD_LETTERS,
        /** Domains in the list of topics. */
        ROUTES
    }

    Compared() {
        for (What what : What.values()) {
            counts.put(what, new LongAdder());
        }
    }

    void add(What what, long count) {
        counts.getOrDefault(what, new LongAdder()).add(count);
    }

    /** How many. */
    public long of(What what) {
        return counts.getOrDefault(what, new LongAdder()).sum();
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
