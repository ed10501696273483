package dev.mailtide.app.demo;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How much one message to one recipient adds to its domain's answer, by JSON path. */
record Counts(SortedMap<String, Long> byPath) {
    Counts {
        byPath = Collections.unmodifiableSortedMap(new TreeMap<>(byPath));
        if (!byPath.keySet().stream().allMatch(Fields::isCounted)
                || byPath.values().stream().anyMatch(n -> n < 1)) {
            throw new IllegalArgumentException("not counts of a domain's answer: " + byPath);
        }
    }

    /** One of each. */
    static Counts of(String... paths) {
        SortedMap<String, Long> byPath = new TreeMap<>();
        for (String path : paths) {
            byPath.put(path, 1L);
        }
        return new Counts(byPath);
    }

    Counts and(long count, String path) {
        SortedMap<String, Long> more = new TreeMap<>(byPath);
        more.put(path, count);
        return new Counts(more);
    }

    long count(String path) {
        return byPath.getOrDefault(path, 0L);
    }
}
