package dev.mailtide.testkit.fold;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** The buckets of one domain that hold something and are still kept, counted over all its lives. */
final class Series {

    private Series() {}

    static SortedMap<String, ObjectNode> of(String domain, List<Life> lives, Instant asOf) {
        SortedMap<String, ObjectNode> buckets = new TreeMap<>();
        for (Grain grain : Grain.values()) {
            Map<Instant, List<Event>> events = lives.stream()
                    .flatMap(life -> life.distinct().stream())
                    .collect(groupingBy(event -> grain.startOf(event.occurredAt())));
            Map<Instant, List<Life>> messages = lives.stream()
                    .filter(life -> life.status().isPresent())
                    .collect(groupingBy(life -> grain.startOf(life.beginning())));
            TreeSet<Instant> starts = new TreeSet<>(events.keySet());
            starts.addAll(messages.keySet());
            starts.removeIf(start -> !grain.keepsAt(asOf, start));
            for (Instant start : starts) {
                buckets.put(
                        domain + "|" + grain.wireName() + "|" + DomainState.text(start),
                        bucket(start, events.getOrDefault(start, List.of()), messages.getOrDefault(start, List.of())));
            }
        }
        return buckets;
    }

    private static ObjectNode bucket(Instant start, List<Event> events, List<Life> messages) {
        ObjectNode bucket = JsonNodeFactory.instance.objectNode().put("start", DomainState.text(start));
        bucket.set("events", DomainState.events(events));
        bucket.set("messages", new Tally(messages).messages());
        return bucket;
    }
}
