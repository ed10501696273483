package dev.mailtide.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A domain's answer as text by JSON path, without what says how fresh it is. Groups stand under their name. */
record Sheet(SortedMap<String, String> fields) {
    static final String NULL = "null";
    static final String ABSENT = "absent";
    static final Sheet EMPTY = new Sheet(new TreeMap<>());

    private static final Set<String> ABOUT_THE_ANSWER = Set.of("asOf", "stale", "partial");

    Sheet {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    static Sheet of(JsonNode answer) {
        SortedMap<String, String> fields = new TreeMap<>();
        flatten("", answer, fields);
        fields.keySet().removeAll(ABOUT_THE_ANSWER);
        return new Sheet(fields);
    }

    private static void flatten(String path, JsonNode node, Map<String, String> fields) {
        if (node.isObject()) {
            String prefix = path.isEmpty() ? "" : path + ".";
            node.properties().forEach(field -> flatten(prefix + field.getKey(), field.getValue(), fields));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                String name = node.get(i).path("group").asText(Integer.toString(i));
                flatten(path + "[" + name + "]", node.get(i), fields);
            }
        } else {
            fields.put(path, node.asText());
        }
    }

    String text(String path) {
        return fields.getOrDefault(path, ABSENT);
    }

    /** What is absent or null has counted nothing yet. */
    long count(String path) {
        String text = text(path);
        return text.equals(ABSENT) || text.equals(NULL) ? 0 : Long.parseLong(text);
    }

    SortedMap<String, String> comingAndGoing() {
        SortedMap<String, String> some = new TreeMap<>(fields);
        some.keySet().removeIf(path -> !Fields.comesAndGoes(path));
        return some;
    }

    Instant earlier(String path, Instant other) {
        Instant own = time(path, other);
        return own.isBefore(other) ? own : other;
    }

    Instant later(String path, Instant other) {
        Instant own = time(path, other);
        return own.isAfter(other) ? own : other;
    }

    /** A time nobody can read is left out here, and shows as a difference at the end. */
    private Instant time(String path, Instant otherwise) {
        try {
            return Instant.parse(text(path));
        } catch (DateTimeException e) {
            return otherwise;
        }
    }
}
