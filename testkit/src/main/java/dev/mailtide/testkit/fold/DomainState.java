package dev.mailtide.testkit.fold;

import static java.time.ZoneOffset.UTC;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Domain state, schema v1, counted over all lives of a domain; what Paubox cannot report is null. */
final class DomainState {

    private static final DateTimeFormatter RFC_3339 = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(UTC);

    private static final Set<Kind> COUNTED =
            EnumSet.of(Kind.DELIVERED, Kind.BOUNCED_SOFT, Kind.BOUNCED_HARD, Kind.OPENED, Kind.UNKNOWN);

    private DomainState() {}

    /** RFC 3339 with milliseconds, in UTC. */
    static String text(Instant time) {
        return RFC_3339.format(time);
    }

    static ObjectNode of(String domain, List<Life> lives) {
        List<Event> events =
                lives.stream().flatMap(life -> life.distinct().stream()).toList();
        List<Instant> appended =
                events.stream().map(event -> event.raw().appendTime()).toList();
        List<Instant> occurred = events.stream().map(Event::occurredAt).toList();
        Tally tally = new Tally(lives);
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        state.put("domain", domain);
        state.put("countedSince", text(Collections.min(appended)));
        state.set("sources", sources(events));
        state.set("messages", tally.messages());
        state.set("reactions", reactions(tally));
        state.set("events", events(events));
        state.put("softRecovered", tally.softRecovered());
        state.set("rates", tally.rates());
        state.set("timeToOpen", TimeToOpen.of(lives));
        state.set("recipientGroups", recipientGroups(lives));
        state.put("firstEventAt", text(Collections.min(occurred)));
        state.put("lastEventAt", text(Collections.max(occurred)));
        return state;
    }

    private static ArrayNode sources(List<Event> events) {
        Set<String> sources = new TreeSet<>();
        events.forEach(event -> sources.add(event.raw().source()));
        ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
        sources.forEach(sorted::add);
        return sorted;
    }

    private static ObjectNode reactions(Tally tally) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("openedMessages", tally.with(life -> life.hasAny(Kind.OPENED)))
                .putNull("machineOnlyOpenedMessages")
                .putNull("clickedMessages")
                .putNull("complainedMessages")
                .putNull("unsubscribedMessages");
    }

    static ObjectNode events(List<Event> events) {
        ObjectNode counts = JsonNodeFactory.instance.objectNode();
        for (Kind kind : Kind.values()) {
            if (COUNTED.contains(kind)) {
                counts.put(kind.counter, (int)
                        events.stream().filter(event -> event.kind() == kind).count());
            } else {
                counts.putNull(kind.counter);
            }
        }
        return counts;
    }

    private static ArrayNode recipientGroups(List<Life> lives) {
        ArrayNode groups = JsonNodeFactory.instance.arrayNode();
        new TreeMap<>(lives.stream().collect(groupingBy(Life::recipientGroup)))
                .forEach((group, members) -> addGroup(groups, group, new Tally(members)));
        return groups;
    }

    private static void addGroup(ArrayNode groups, String group, Tally tally) {
        if (tally.total() > 0) {
            ObjectNode entry = groups.addObject().put("group", group);
            entry.set("messages", tally.messages());
            entry.set("rates", tally.rates());
        }
    }
}
