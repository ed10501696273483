package dev.mailtide.processor.aggregate;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was used last, up to a number of entries, decoded: a hot domain's counts need not be read again for each event.
 * Whoever writes to the store behind it writes here too, and begins with an empty one when what was written is not kept.
 */
final class Recent<K, V> {

    private final int entriesMax;
    private final Map<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** @param entriesMax how many it holds at most, 1 or more */
    Recent(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    Optional<V> get(K key) {
        return Optional.ofNullable(entries.get(key));
    }

    void put(K key, V value) {
        entries.put(key, value);
        if (entries.size() > entriesMax) {
            Iterator<K> leastRecent = entries.keySet().iterator();
            leastRecent.next();
            leastRecent.remove();
        }
    }

    void remove(K key) {
        entries.remove(key);
    }
}
