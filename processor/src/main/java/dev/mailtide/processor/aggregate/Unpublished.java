package dev.mailtide.processor.aggregate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What has been counted and not yet published: domains, and buckets of their series. It is kept in a store, since a crash
 * between counting and publishing would otherwise leave old numbers standing in the topics for ever.
 *
 * <p>A row holds what one event added to this, so that no row grows; an event that adds nothing, as most events of a busy
 * domain, writes none. The key is {@code domain|n}, with n from 0 on since the domain was last published.
 */
final class Unpublished {

    static final String STORE = "domain-unpublished";

    private static final int VERSION = 1;

    private final KeyValueStore<String, byte[]> rows;
    private final Map<String, Changed> byDomain = new TreeMap<>();

    /** Begins with what an earlier run left. */
    Unpublished(KeyValueStore<String, byte[]> rows) {
        this.rows = rows;
        try (KeyValueIterator<String, byte[]> left = rows.all()) {
            while (left.hasNext()) {
                take(left.next());
            }
        }
    }

    private void take(KeyValue<String, byte[]> row) {
        int bar = row.key.indexOf('|');
        String domain = row.key.substring(0, bar);
        Changed changed = byDomain.computeIfAbsent(domain, name -> new Changed());
        changed.rows = Math.max(changed.rows, Integer.parseInt(row.key.substring(bar + 1)) + 1);
        changed.buckets.addAll(decode(domain, row.value));
    }

    /** A domain has changed, and these buckets of it. */
    void add(String domain, Set<SeriesKey> buckets) {
        Changed changed = byDomain.computeIfAbsent(domain, name -> new Changed());
        List<SeriesKey> added = new ArrayList<>();
        for (SeriesKey bucket : buckets) {
            if (changed.buckets.add(bucket)) {
                added.add(bucket);
            }
        }
        if (changed.rows == 0 || !added.isEmpty()) {
            rows.put(domain + "|" + changed.rows, encode(added));
            changed.rows++;
        }
    }

    /** Hands out each domain that has changed, with its changed buckets, and forgets it. */
    void drainTo(BiConsumer<String, Set<SeriesKey>> publisher) {
        byDomain.forEach((domain, changed) -> {
            publisher.accept(domain, changed.buckets);
            for (int row = 0; row < changed.rows; row++) {
                rows.delete(domain + "|" + row);
            }
        });
        byDomain.clear();
    }

    static byte[] encode(List<SeriesKey> buckets) {
        BinaryOut out = new BinaryOut().number(VERSION).number(buckets.size());
        buckets.forEach(bucket -> out.constant(bucket.size()).number(bucket.startMillis()));
        return out.bytes();
    }

    static List<SeriesKey> decode(String domain, byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        List<SeriesKey> buckets = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            buckets.add(new SeriesKey(domain, in.constant(BucketSize.class), in.number()));
        }
        return buckets;
    }

    private static final class Changed {

        private final Set<SeriesKey> buckets = new HashSet<>();
        private int rows;
    }
}
