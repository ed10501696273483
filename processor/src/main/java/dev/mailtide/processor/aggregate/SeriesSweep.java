package dev.mailtide.processor.aggregate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Removes the buckets whose retention is over, a bounded number at a turn. A pass goes through the domains of the
 * partition by name, and expires by the greatest append time that was seen when the pass began.
 */
final class SeriesSweep {

    private static final int ROWS_MAX = 1_000;
    private static final int DOMAINS_MAX = 100;
    private static final Duration PASS_EVERY = Duration.ofMinutes(10);

    private final KeyValueStore<String, byte[]> totals;
    private final DomainSeries series;
    private String after = "";
    private boolean isBetweenPasses = true;

    SeriesSweep(KeyValueStore<String, byte[]> totals, DomainSeries series) {
        this.totals = totals;
        this.series = series;
    }

    /**
     * Goes on where the last turn ended.
     *
     * @param streamMillis the greatest append time seen in this partition
     * @return the buckets that were removed, 1,000 at most
     */
    List<SeriesKey> turn(long streamMillis) {
        if (isBetweenPasses) {
            if (streamMillis < series.sweptMillis() + PASS_EVERY.toMillis()) {
                return List.of();
            }
            series.sweepUpTo(streamMillis);
            after = "";
            isBetweenPasses = false;
        }
        List<SeriesKey> removed = new ArrayList<>();
        List<String> domains = next();
        for (String domain : domains) {
            removed.addAll(series.removeExpired(domain, ROWS_MAX - removed.size()));
            if (removed.size() == ROWS_MAX) {
                // There may be more of this domain: the next turn begins with it again.
                return removed;
            }
            after = domain;
        }
        isBetweenPasses = domains.size() < DOMAINS_MAX;
        return removed;
    }

    private List<String> next() {
        List<String> domains = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> all = totals.range(after, null)) {
            while (domains.size() < DOMAINS_MAX && all.hasNext()) {
                String domain = all.next().key;
                if (!domain.equals(after)) {
                    domains.add(domain);
                }
            }
        }
        return domains;
    }
}
