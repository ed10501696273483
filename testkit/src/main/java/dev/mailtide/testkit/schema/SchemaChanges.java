package dev.mailtide.testkit.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What of a schema may change within one version: more properties and more values of an enumeration, and the words that
 * explain. Everything else breaks somebody: who reads new records by the old schema, or old records, which stand in topics
 * for a month or for ever, by the new one.
 */
public final class SchemaChanges {

    private static final Set<String> WORDS = Set.of("title", "description", "$comment", "examples", "$schema");

    private static final Set<String> NAMED_SCHEMAS = Set.of("properties", "$defs");

    private final List<String> breaks = new ArrayList<>();

    private SchemaChanges() {}

    /** What readers of one schema cannot take of the other, each with its place; nothing if all was added. */
    public static List<String> breaksBetween(JsonNode before, JsonNode now) {
        SchemaChanges changes = new SchemaChanges();
        changes.compare("", before, now);
        return List.copyOf(changes.breaks);
    }

    private void compare(String place, JsonNode before, JsonNode now) {
        if (!before.isObject() || !now.isObject()) {
            breakIf(!before.equals(now), place, "changed from " + before + " to " + now);
            return;
        }
        Set<String> keywords = new TreeSet<>(Set.copyOf(names(before)));
        keywords.addAll(names(now));
        keywords.removeAll(WORDS);
        keywords.forEach(
                keyword -> compareKeyword(place + "/" + keyword, keyword, before.path(keyword), now.path(keyword)));
    }

    private void compareKeyword(String place, String keyword, JsonNode before, JsonNode now) {
        if (NAMED_SCHEMAS.contains(keyword)) {
            for (Map.Entry<String, JsonNode> old : before.properties()) {
                compareOld(place + "/" + old.getKey(), old.getValue(), now.path(old.getKey()));
            }
        } else if (keyword.equals("required")) {
            breakIf(!texts(before).equals(texts(now)), place, "changed from " + texts(before) + " to " + texts(now));
        } else if (keyword.equals("enum") && !before.isMissingNode() && !now.isMissingNode()) {
            Set<String> removed = texts(before);
            removed.removeAll(texts(now));
            breakIf(!removed.isEmpty(), place, "no longer has " + removed);
        } else {
            compareOld(place, before, now);
        }
    }

    private void compareOld(String place, JsonNode before, JsonNode now) {
        if (now.isMissingNode()) {
            breaks.add(place + " is gone");
        } else if (before.isMissingNode()) {
            breaks.add(place + " is a new rule");
        } else {
            compare(place, before, now);
        }
    }

    private void breakIf(boolean broken, String place, String what) {
        if (broken) {
            breaks.add(place + " " + what);
        }
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new TreeSet<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }
}
