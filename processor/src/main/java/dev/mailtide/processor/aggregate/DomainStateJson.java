package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import dev.mailtide.common.event.Times;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Domain state, schema v1: the counts of a domain as topics and answers show them. */
final class DomainStateJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** With fewer in the denominator a rate is shown, but not to be judged by. */
    static final long JUDGED_FROM = 100;

    private static final int RATE_DECIMALS = 6;

    private DomainStateJson() {}

    /** The whole state; {@code asOf} is left to the caller to be set, and stands in its place already. */
    static ObjectNode of(String domain, Totals totals, Instant asOf) {
        Counts<MessageCount> all = totals.messages();
        ObjectNode json = JSON.createObjectNode();
        json.put("domain", domain);
        json.put("asOf", Times.text(asOf));
        json.put("countedSince", Times.text(Instant.ofEpochMilli(totals.countedSinceMillis())));
        ArrayNode sources = json.putArray("sources");
        totals.sources().keySet().forEach(sources::add);
        json.set("messages", messages(all, totals));
        json.set("reactions", reactions(all, totals));
        json.set("events", events(totals.events(), totals));
        boolean canRecover = totals.canReport(EventKind.BOUNCED_SOFT) || totals.canReport(EventKind.DEFERRED);
        putIf(canRecover, json, "softRecovered", all.of(MessageCount.SOFT_RECOVERED));
        json.set("rates", rates(all, totals));
        json.set("timeToOpen", timeToOpen(totals));
        json.set("recipientGroups", groups(totals));
        json.put("firstEventAt", Times.text(Instant.ofEpochMilli(totals.firstEventMillis())));
        json.put("lastEventAt", Times.text(Instant.ofEpochMilli(totals.lastEventMillis())));
        return json;
    }

    /** As it stands in a topic. */
    static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours is always JSON", e);
        }
    }

    /** Events by kind; what none of the domain's sources reports is null. */
    private static ObjectNode events(Counts<EventKind> counts, Totals totals) {
        ObjectNode json = JSON.createObjectNode();
        for (EventKind kind : EventKind.values()) {
            putIf(totals.canReport(kind), json, kind.counter(), counts.of(kind));
        }
        return json;
    }

    /** Messages by status; what none of the domain's sources reports is null. */
    private static ObjectNode messages(Counts<MessageCount> counts, Totals totals) {
        ObjectNode json = JSON.createObjectNode();
        json.put("total", counts.of(MessageCount.TOTAL));
        for (Standing standing : Standing.values()) {
            long number = counts.of(MessageCount.of(standing));
            putIf(totals.canReport(standing.reportedBy()), json, standing.wireName(), number);
        }
        return json;
    }

    private static ObjectNode reactions(Counts<MessageCount> counts, Totals totals) {
        ObjectNode json = JSON.createObjectNode();
        putIf(totals.canReport(EventKind.OPENED), json, "openedMessages", counts.of(MessageCount.OPENED));
        long byMachine = counts.of(MessageCount.MACHINE_ONLY_OPENED);
        boolean tells = totals.sources().values().stream().anyMatch(Provider::tellsMachineOpens);
        putIf(tells, json, "machineOnlyOpenedMessages", byMachine);
        putIf(totals.canReport(EventKind.CLICKED), json, "clickedMessages", counts.of(MessageCount.CLICKED));
        long complained = counts.of(MessageCount.COMPLAINED);
        putIf(totals.canReport(EventKind.COMPLAINED), json, "complainedMessages", complained);
        long unsubscribed = counts.of(MessageCount.UNSUBSCRIBED);
        putIf(totals.canReport(EventKind.UNSUBSCRIBED), json, "unsubscribedMessages", unsubscribed);
        return json;
    }

    private static ObjectNode rates(Counts<MessageCount> counts, Totals totals) {
        long total = counts.of(MessageCount.TOTAL);
        long delivered = counts.of(MessageCount.DELIVERED);
        long settled = total - counts.of(MessageCount.PENDING) - counts.of(MessageCount.DEFERRED);
        ObjectNode json = JSON.createObjectNode();
        json.set("delivery", rate(delivered, settled));
        json.set("hardBounce", rate(counts.of(MessageCount.HARD_BOUNCED), settled));
        json.set("softBounce", rate(counts.of(MessageCount.SOFT_AFFECTED), total));
        setIf(totals, EventKind.OPENED, json, "open", rate(counts.of(MessageCount.OPENED_DELIVERED), delivered));
        long complained = counts.of(MessageCount.COMPLAINED_DELIVERED);
        setIf(totals, EventKind.COMPLAINED, json, "complaint", rate(complained, delivered));
        return json;
    }

    private static ObjectNode rate(long of, long over) {
        ObjectNode json = JSON.createObjectNode();
        if (over == 0) {
            json.putNull("value");
        } else {
            BigDecimal value =
                    BigDecimal.valueOf(of).divide(BigDecimal.valueOf(over), RATE_DECIMALS, RoundingMode.HALF_UP);
            json.put("value", value.doubleValue());
        }
        json.put("of", of);
        json.put("over", over);
        json.put("judged", over >= JUDGED_FROM);
        return json;
    }

    private static ObjectNode timeToOpen(Totals totals) {
        ObjectNode json = JSON.createObjectNode();
        put(json, "p50Seconds", TimeToOpen.quantileSeconds(totals.cells(), 0.50));
        put(json, "p95Seconds", TimeToOpen.quantileSeconds(totals.cells(), 0.95));
        json.put("count", TimeToOpen.count(totals.cells()));
        ObjectNode cells = json.putObject("cells");
        totals.cells().forEach((cell, number) -> cells.put(Integer.toString(cell), number));
        return json;
    }

    private static ArrayNode groups(Totals totals) {
        Map<String, Counts<MessageCount>> byName = new TreeMap<>();
        for (Map.Entry<RecipientGroup, Counts<MessageCount>> group :
                totals.groups().entrySet()) {
            if (group.getValue().of(MessageCount.TOTAL) > 0) {
                byName.put(group.getKey().wireName(), group.getValue());
            }
        }
        ArrayNode json = JSON.createArrayNode();
        byName.forEach((name, counts) -> json.add(group(name, counts, totals)));
        return json;
    }

    private static ObjectNode group(String name, Counts<MessageCount> counts, Totals totals) {
        ObjectNode json = JSON.createObjectNode();
        json.put("group", name);
        json.set("messages", messages(counts, totals));
        json.set("rates", rates(counts, totals));
        return json;
    }

    /** What nobody reports is null: a 0 would say that it did not happen. */
    private static void putIf(boolean isReported, ObjectNode json, String field, long number) {
        if (isReported) {
            json.put(field, number);
        } else {
            json.putNull(field);
        }
    }

    private static void setIf(Totals totals, EventKind kind, ObjectNode json, String field, ObjectNode value) {
        if (totals.canReport(kind)) {
            json.set(field, value);
        } else {
            json.putNull(field);
        }
    }

    private static void put(ObjectNode json, String field, OptionalLong number) {
        if (number.isPresent()) {
            json.put(field, number.getAsLong());
        } else {
            json.putNull(field);
        }
    }
}
