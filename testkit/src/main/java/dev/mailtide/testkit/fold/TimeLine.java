package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One life as the API answers it. */
final class TimeLine {

    private static final String BOUNCED = "bounced";

    private TimeLine() {}

    static ExpectedMessage of(Life life) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        if (!life.row().recipient().isEmpty()) {
            answer.put("recipient", life.row().recipient());
        }
        life.status().ifPresent(status -> answer.put("status", status.counter));
        ObjectNode firstTimes = answer.putObject("firstTimes");
        Map<String, Instant> firsts = new TreeMap<>();
        life.distinct()
                .forEach(event ->
                        firsts.merge(event.kind().counter, event.occurredAt(), (a, b) -> a.isBefore(b) ? a : b));
        firsts.forEach((kind, first) -> firstTimes.put(kind, DomainState.text(first)));
        List<Event> events = life.distinct().stream()
                .sorted(Comparator.comparing(Event::occurredAt).thenComparing(Event::fingerprint))
                .toList();
        var list = answer.putArray("events");
        events.forEach(event -> list.add(event(event)));
        return new ExpectedMessage(answer, life.lastHeardOf());
    }

    private static ObjectNode event(Event event) {
        String kind = event.kind().counter;
        boolean isBounce = kind.startsWith(BOUNCED);
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("id", event.fingerprint());
        json.put("type", isBounce ? BOUNCED : kind);
        if (isBounce) {
            json.put("bounceType", kind.substring(BOUNCED.length()).toLowerCase(Locale.ROOT));
        }
        return json.put("occurredAt", DomainState.text(event.occurredAt()))
                .put("receiptId", event.raw().receiptId());
    }
}
