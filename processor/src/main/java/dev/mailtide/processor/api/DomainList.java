package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.aggregate.Answers;
import dev.mailtide.processor.aggregate.DomainQuery.Place;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One page of domains, made of the pages of several instances that were asked the same. Each of them has its first so many
 * behind the cursor, so the first so many of all are among them. A partition that none of them has read is missing,
 * and the page is partial: never quietly short.
 */
final class DomainList {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String DOMAINS = "domains";
    private static final String NEXT = "nextCursor";
    private static final String AS_OF = "asOf";

    private DomainList() {}

    /**
     * The page.
     *
     * @param parts one or more, the first of them to be believed where a partition is moving and two have it
     * @param limit how many domains at most
     * @param partitions over how many the domains are spread
     * @param cursor makes a cursor of the place of the last domain
     */
    static ObjectNode of(List<ObjectNode> parts, int limit, int partitions, Function<Place, String> cursor) {
        BitSet read = new BitSet(partitions);
        String asOf = parts.get(0).path(AS_OF).textValue();
        boolean isStale = false;
        boolean hasMore = false;
        for (ObjectNode part : parts) {
            part.path(Answers.PARTITIONS).forEach(partition -> read.set(partition.intValue()));
            // Times of one form sort as their texts do.
            String ofThis = part.path(AS_OF).textValue();
            asOf = ofThis.compareTo(asOf) < 0 ? ofThis : asOf;
            isStale |= part.path("stale").booleanValue();
            hasMore |= part.path(NEXT).isTextual();
        }
        ObjectNode page = JSON.createObjectNode().put(AS_OF, asOf);
        if (isStale) {
            page.put("stale", true);
        }
        if (read.cardinality() < partitions) {
            page.put("partial", true);
        }
        SortedMap<Place, JsonNode> found = found(parts);
        ArrayNode domains = page.putArray(DOMAINS);
        found.values().stream().limit(limit).forEach(domains::add);
        boolean isCut = found.size() > limit || (hasMore && !found.isEmpty());
        String next = isCut ? cursor.apply(last(found, limit)) : null;
        return page.put(NEXT, next);
    }

    private static SortedMap<Place, JsonNode> found(List<ObjectNode> parts) {
        Set<String> names = new HashSet<>();
        SortedMap<Place, JsonNode> found = new TreeMap<>();
        for (ObjectNode part : parts) {
            for (JsonNode domain : part.path(DOMAINS)) {
                String name = domain.path("domain").asText();
                if (names.add(name) && domain instanceof ObjectNode state) {
                    JsonNode rank = state.remove(Answers.RANK);
                    found.put(new Place(rank == null ? 0 : rank.longValue(), name), state);
                }
            }
        }
        return found;
    }

    private static Place last(SortedMap<Place, JsonNode> found, int limit) {
        return found.keySet().stream()
                .limit(limit)
                .reduce((before, after) -> after)
                .orElseThrow();
    }
}
