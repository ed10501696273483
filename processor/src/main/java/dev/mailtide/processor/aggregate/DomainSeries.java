package dev.mailtide.processor.aggregate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The series of the domains of one partition: one row for each bucket that holds something.
 *
 * <p>A bucket expires by append time. Records come in no order of append time, so a bucket might be left alone by the
 * record that is appended last, and be found missing by one that was appended earlier and is read later. Therefore
 * "now" never goes back: it is the greatest append time counted for the domain, or what has been swept, whichever is
 * later. What a message was added to is then either still there when it is taken away, or both are left alone. For
 * buckets that are kept at the domain's latest append time, the result is the same as if each record were judged by its
 * own append time.
 */
final class DomainSeries {

    static final String STORE = "domain-series";

    /** Before every domain in order, and so in no domain's range. */
    private static final byte[] SWEPT = {0};

    /** Likewise. */
    private static final byte[] PUBLISHED_TO = {1};

    private static final int VERSION = 1;
    private static final int RECENT_MAX = 2_000;

    private final KeyValueStore<byte[], byte[]> rows;
    private final Recent<SeriesKey, Bucket> recent = new Recent<>(RECENT_MAX);
    private long sweptMillis;

    DomainSeries(KeyValueStore<byte[], byte[]> rows) {
        this.rows = rows;
        this.sweptMillis = sweptMillis(Optional.ofNullable(rows.get(SWEPT)));
    }

    /** Where {@link #sweptMillis(Optional)} reads. */
    static byte[] sweptRow() {
        return SWEPT.clone();
    }

    /** Up to which append time the rows are swept, in milliseconds since 1970; 0 if never. */
    static long sweptMillis(Optional<byte[]> row) {
        return row.map(bytes -> new BinaryIn(bytes, VERSION).number()).orElse(0L);
    }

    long sweptMillis() {
        return sweptMillis;
    }

    /** What a delta changes, computed and not yet stored: the buckets as they will be, each once. */
    Map<SeriesKey, Bucket> changedBy(Delta delta, String domain, long domainAsOfMillis) {
        long nowMillis = Math.max(domainAsOfMillis, sweptMillis);
        Map<SeriesKey, Bucket> changed = new LinkedHashMap<>();
        for (BucketSize size : BucketSize.values()) {
            Change change = new Change(changed, domain, size, nowMillis);
            if (delta.distinct()) {
                change.touch(delta.occurredMillis(), bucket -> bucket.plus(delta.kind()));
            }
            delta.move().from().ifPresent(place -> change.move(place, -1));
            delta.move().to().ifPresent(place -> change.move(place, 1));
        }
        return changed;
    }

    /** One delta, and the buckets of one size. */
    private final class Change {

        private final Map<SeriesKey, Bucket> changed;
        private final String domain;
        private final BucketSize size;
        private final long nowMillis;

        private Change(Map<SeriesKey, Bucket> changed, String domain, BucketSize size, long nowMillis) {
            this.changed = changed;
            this.domain = domain;
            this.size = size;
            this.nowMillis = nowMillis;
        }

        private void move(SeriesPlace place, int by) {
            touch(place.earliestMillis(), bucket -> bucket.plus(place.standing(), by));
        }

        private void touch(long millis, UnaryOperator<Bucket> change) {
            SeriesKey key = SeriesKey.at(domain, size, millis);
            if (size.isKept(key.startMillis(), nowMillis)) {
                Bucket before = Optional.ofNullable(changed.get(key))
                        .or(() -> bucket(key))
                        .orElse(Bucket.EMPTY);
                changed.put(key, change.apply(before));
            }
        }
    }

    void put(Map<SeriesKey, Bucket> changed) {
        changed.forEach((key, bucket) -> {
            rows.put(key.bytes(), bucket.encode());
            recent.put(key, bucket);
        });
    }

    /** A bucket; nothing if it holds nothing. */
    Optional<Bucket> bucket(SeriesKey key) {
        return recent.get(key)
                .or(() -> Optional.ofNullable(rows.get(key.bytes())).map(Bucket::decode));
    }

    /** From now on nothing that has expired by this append time is touched, so that it can be removed. */
    void sweepUpTo(long appendMillis) {
        sweptMillis = appendMillis;
        rows.put(SWEPT, new BinaryOut().number(VERSION).number(appendMillis).bytes());
    }

    /** Which topics all rows were published to when they were last others; nothing if that was never noted. */
    Optional<String> publishedTo() {
        return Optional.ofNullable(rows.get(PUBLISHED_TO)).map(bytes -> new BinaryIn(bytes, VERSION).text());
    }

    /** Notes which topics all rows are published to. */
    void publishTo(String topics) {
        rows.put(PUBLISHED_TO, new BinaryOut().number(VERSION).text(topics).bytes());
    }

    /** The buckets of a domain that stand behind this one in the store, or all of them; so many at most. */
    List<SeriesKey> keys(String domain, Optional<SeriesKey> after, int most) {
        List<SeriesKey> found = new ArrayList<>();
        byte[] from = after.map(SeriesKey::bytes).orElseGet(() -> SeriesKey.first(domain));
        try (KeyValueIterator<byte[], byte[]> all = rows.range(from, SeriesKey.last(domain))) {
            while (found.size() < most && all.hasNext()) {
                SeriesKey key = SeriesKey.of(domain, all.next().key);
                if (!after.equals(Optional.of(key))) {
                    found.add(key);
                }
            }
        }
        return found;
    }

    /** Removes rows of a domain that have expired by what is swept, so many at most. */
    List<SeriesKey> removeExpired(String domain, int most) {
        List<SeriesKey> expired = new ArrayList<>();
        for (BucketSize size : BucketSize.values()) {
            long newest = size.newestExpiredStart(sweptMillis);
            if (newest >= 0) {
                addRows(new SeriesKey(domain, size, 0), newest, most, expired);
            }
        }
        expired.forEach(key -> {
            rows.delete(key.bytes());
            recent.remove(key);
        });
        return expired;
    }

    private void addRows(SeriesKey from, long toMillis, int most, List<SeriesKey> found) {
        SeriesKey to = new SeriesKey(from.domain(), from.size(), toMillis);
        try (KeyValueIterator<byte[], byte[]> all = rows.range(from.bytes(), to.bytes())) {
            while (found.size() < most && all.hasNext()) {
                found.add(new SeriesKey(from.domain(), from.size(), SeriesKey.startOf(all.next().key)));
            }
        }
    }
}
