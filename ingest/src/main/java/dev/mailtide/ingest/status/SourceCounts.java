package dev.mailtide.ingest.status;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What came in under each source's name since this process began. Counting never blocks. */
public final class SourceCounts {

    private final Map<String, Counts> bySource = new ConcurrentHashMap<>();

    /** A post of this source was answered 200. */
    public void accepted(String source) {
        of(source).accepted.increment();
    }

    /**
     * A post under the name of this source was refused.
     *
     * @param source one that is configured: each name takes memory for ever
     * @param reason a code, never content
     */
    public void refused(String source, String reason) {
        of(source).refused.computeIfAbsent(reason, first -> new LongAdder()).increment();
    }

    private Counts of(String source) {
        Counts counts = bySource.get(source);
        return counts != null ? counts : bySource.computeIfAbsent(source, first -> new Counts());
    }

    /**
     * One source at one moment.
     *
     * @param accepted posts answered 200
     * @param refused posts answered otherwise, by reason
     */
    record Seen(long accepted, SortedMap<String, Long> refused) {}

    /** Every source that has been heard of, in the order of their names. */
    SortedMap<String, Seen> seen() {
        SortedMap<String, Seen> seen = new TreeMap<>();
        bySource.forEach((source, counts) -> {
            SortedMap<String, Long> reasons = new TreeMap<>();
            counts.refused.forEach((reason, count) -> reasons.put(reason, count.sum()));
            seen.put(source, new Seen(counts.accepted.sum(), reasons));
        });
        return seen;
    }

    private static final class Counts {

        private final LongAdder accepted = new LongAdder();
        private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    }
}
