package dev.mailtide.processor.aggregate;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Publishes every row of one partition again when the topics of totals and series are not those that its rows were last
 * published to: else a domain that does not change would be missing from a topic that was made anew, for ever.
 *
 * <p>How it works: which topics those were stands in a row of the series' store. Where it names others than there are, or is
 * missing, all domains and buckets are marked as unpublished, a bounded number at a turn, and the row is written with the
 * last of them, in the same transaction. So a crash, or a move to another instance, begins the walk again, and what is
 * published twice is the same row. Rows that change meanwhile are published as ever.
 *
 * <p>The row is also missing where an earlier build counted, which did not look after these topics. Nobody can tell then
 * whether they have all rows: they get them once.
 */
final class Refill {

    /** Domains and buckets at a turn, so that no transaction grows with the number of rows. */
    static final int ROWS_MAX = 2_000;

    private final KeyValueStore<String, byte[]> totals;
    private final DomainSeries series;
    private final Unpublished unpublished;
    private final Outside outside;
    private final boolean isNew;
    private boolean isDone;
    private String fromDomain = "";
    private Optional<SeriesKey> afterBucket = Optional.empty();
    private long rows;

    Refill(KeyValueStore<String, byte[]> totals, DomainSeries series, Unpublished unpublished, Outside outside) {
        this.totals = totals;
        this.series = series;
        this.unpublished = unpublished;
        this.outside = outside;
        this.isNew = isEmpty(totals);
    }

    private static boolean isEmpty(KeyValueStore<String, byte[]> rows) {
        try (KeyValueIterator<String, byte[]> all = rows.all()) {
            return !all.hasNext();
        }
    }

    /**
     * Goes on where the last turn ended.
     *
     * @return how many rows were marked in all, once, when they were the last; nothing otherwise, and if there were none
     */
    OptionalLong turn() {
        Optional<String> tables = isDone ? Optional.empty() : outside.tables();
        if (tables.isEmpty()) {
            return OptionalLong.empty();
        }
        boolean isNeeded = !isNew && !series.publishedTo().equals(tables);
        if (isNeeded && !markSome()) {
            return OptionalLong.empty();
        }
        isDone = true;
        series.publishTo(tables.get());
        return isNeeded ? OptionalLong.of(rows) : OptionalLong.empty();
    }

    /** Gives back whether these were the last. */
    private boolean markSome() {
        int left = ROWS_MAX;
        try (KeyValueIterator<String, byte[]> domains = totals.range(fromDomain, null)) {
            while (left > 0 && domains.hasNext()) {
                left -= mark(domains.next().key, left);
            }
            return left > 0;
        }
    }

    private int mark(String domain, int most) {
        List<SeriesKey> buckets = series.keys(domain, afterBucket, most);
        unpublished.add(domain, new HashSet<>(buckets));
        boolean isWhole = buckets.size() < most;
        // The least name after this one, or this one again.
        fromDomain = isWhole ? domain + "\0" : domain;
        afterBucket = isWhole ? Optional.empty() : Optional.of(buckets.get(buckets.size() - 1));
        int marked = buckets.size() + (isWhole ? 1 : 0);
        rows += marked;
        return marked;
    }
}
