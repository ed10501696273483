package dev.mailtide.processor.aggregate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The first domains of a list, gathered from one partition after the other; never more are held than one page and one. */
final class DomainScan {

    private final DomainQuery query;
    private final SortedMap<DomainQuery.Place, byte[]> found = new TreeMap<>();

    DomainScan(DomainQuery query) {
        this.query = query;
    }

    /** Adds those of one partition; false if it went away meanwhile. */
    boolean add(ReadOnlyKeyValueStore<String, byte[]> totals) {
        try (KeyValueIterator<String, byte[]> all = totals.range(query.firstName(), null)) {
            int ofThis = 0;
            // By name a partition has its first ones at its beginning.
            boolean stopsEarly = query.sort() == DomainSort.NAME;
            while (all.hasNext() && !(stopsEarly && ofThis > query.limit())) {
                ofThis += offer(all.next()) ? 1 : 0;
            }
            return true;
        } catch (InvalidStateStoreException movedMeanwhile) {
            return false;
        }
    }

    private boolean offer(KeyValue<String, byte[]> row) {
        if (!query.meansName(row.key)) {
            return false;
        }
        DomainQuery.Place place = new DomainQuery.Place(rankOf(row.value), row.key);
        if (!query.meansPlace(place)) {
            return false;
        }
        found.put(place, row.value);
        if (found.size() > query.limit() + 1) {
            found.remove(found.lastKey());
        }
        return true;
    }

    private long rankOf(byte[] stored) {
        return query.sort() == DomainSort.NAME ? 0 : query.sort().rankOf(TotalsCodec.decode(stored));
    }

    /** The domains of the page, in order. */
    List<Map.Entry<DomainQuery.Place, byte[]>> page() {
        return found.entrySet().stream().limit(query.limit()).toList();
    }

    /** The last place of the page, if there are more behind it. */
    Optional<DomainQuery.Place> next() {
        return found.size() > query.limit()
                ? found.keySet().stream().skip(query.limit() - 1L).findFirst()
                : Optional.empty();
    }
}
