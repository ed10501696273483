package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Merged facts of one message to one recipient, and what they add to the totals of its domain. */
record ModelRow(
        String group,
        Map<String, Instant> first,
        Map<String, Instant> last,
        String latestKind,
        Map<String, ModelEvent> seen,
        Instant firstHeard,
        Instant heard) {

    private static final long[] BOUNDS_MILLIS = new long[400];

    static {
        Arrays.setAll(BOUNDS_MILLIS, i -> Math.round(1000 * Math.pow(1.04, i)));
    }

    static ModelRow empty(ModelEvent event) {
        Instant appended = event.raw().appendTime();
        return new ModelRow(event.group(), Map.of(), Map.of(), "", Map.of(), appended, appended);
    }

    ModelRow plus(ModelEvent event) {
        Map<String, ModelEvent> seenNow = new HashMap<>(seen);
        seenNow.put(event.fingerprint(), event);
        String kind = event.kind();
        return new ModelRow(
                group,
                merged(first, event, (a, b) -> a.isBefore(b) ? a : b),
                merged(last, event, (a, b) -> a.isBefore(b) ? b : a),
                kind.equals("unknown") ? latestKind : kind,
                seenNow,
                firstHeard,
                heard);
    }

    ModelRow heardAt(Instant appended) {
        return new ModelRow(group, first, last, latestKind, seen, firstHeard, appended);
    }

    private static Map<String, Instant> merged(
            Map<String, Instant> times, ModelEvent event, BinaryOperator<Instant> better) {
        Map<String, Instant> merged = new TreeMap<>(times);
        merged.merge(event.kind(), event.occurredAt(), better);
        return merged;
    }

    ModelRow withCopy(ModelEvent copy) {
        Map<String, ModelEvent> seenNow = new HashMap<>(seen);
        seenNow.put(copy.fingerprint(), copy);
        return new ModelRow(group, first, last, latestKind, seenNow, firstHeard, heard);
    }

    /** Where the message stands in the series; nothing where it has no status. */
    Optional<Instant> begins(Fault fault) {
        Map<String, Instant> times = new HashMap<>(fault == Fault.SERIES_MESSAGE_AT_ITS_LATEST_EVENT ? last : first);
        boolean isMessage = !status(fault).isEmpty();
        if (fault != Fault.SERIES_MESSAGE_BEGINS_WITH_UNKNOWN && fault != Fault.UNKNOWN_IS_A_MESSAGE) {
            times.remove("unknown");
        }
        Comparator<Instant> order = Comparator.naturalOrder();
        return times.values().stream()
                .filter(time -> isMessage)
                .min(fault == Fault.SERIES_MESSAGE_AT_ITS_LATEST_EVENT ? order.reversed() : order);
    }

    /** As the API answers it. */
    ExpectedMessage answer(Fault fault) {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        List<ModelEvent> events = seen.values().stream()
                .sorted(Comparator.comparing(ModelEvent::occurredAt).thenComparing(ModelEvent::fingerprint))
                .toList();
        String recipient = events.isEmpty() ? "" : events.get(0).recipient();
        if (!recipient.isEmpty()) {
            answer.put("recipient", recipient);
        }
        if (!status(fault).isEmpty()) {
            answer.put("status", status(fault));
        }
        ObjectNode firstTimes = answer.putObject("firstTimes");
        first.forEach((kind, time) -> firstTimes.put(kind, ModelTotals.text(time)));
        ArrayNode list = answer.putArray("events");
        events.forEach(event -> list.add(ModelTotals.parsed("""
                {"id":"%s",%s,"occurredAt":"%s","receiptId":"%s"}
                """.formatted(
                        event.fingerprint(),
                        typeOf(event.kind()),
                        ModelTotals.text(event.occurredAt()),
                        event.raw().receiptId()))));
        return new ExpectedMessage(answer, heard);
    }

    private static String typeOf(String kind) {
        return switch (kind) {
            case "bouncedSoft" -> "\"type\":\"bounced\",\"bounceType\":\"soft\"";
            case "bouncedHard" -> "\"type\":\"bounced\",\"bounceType\":\"hard\"";
            default -> "\"type\":\"" + kind + "\"";
        };
    }

    /** The one status, empty if there is none. */
    String status(Fault fault) {
        boolean hard = first.containsKey("bouncedHard");
        boolean soft = first.containsKey("bouncedSoft");
        boolean delivered = first.containsKey("delivered")
                || (first.containsKey("opened") && fault != Fault.OPEN_DOES_NOT_IMPLY_DELIVERED);
        if (fault == Fault.LAST_ARRIVAL_DECIDES) {
            return switch (latestKind) {
                case "bouncedHard" -> "hardBounced";
                case "bouncedSoft" -> "softBounced";
                default -> latestKind.isEmpty() ? "" : "delivered";
            };
        }
        if (hard && !(delivered && fault == Fault.DELIVERED_BEATS_HARD_BOUNCE)) {
            return "hardBounced";
        }
        if (delivered && !(soft && fault == Fault.SOFT_BOUNCE_NEVER_RECOVERS)) {
            return "delivered";
        }
        if (soft) {
            return "softBounced";
        }
        return fault == Fault.UNKNOWN_IS_A_MESSAGE && !first.isEmpty() ? "delivered" : "";
    }

    /** What this row adds to its domain: names of counts, with how much. */
    Map<String, Integer> shares(Fault fault) {
        Map<String, Integer> shares = new HashMap<>();
        String status = status(fault);
        if (status.isEmpty()) {
            return shares;
        }
        boolean delivered = status.equals("delivered");
        boolean opened = first.containsKey("opened");
        for (String scope : new String[] {"all", group}) {
            shares.put(scope + "/total", 1);
            shares.put(scope + "/" + status, 1);
            shares.put(scope + "/putOff", first.containsKey("bouncedSoft") ? 1 : 0);
            boolean inOpenRate = opened && (delivered || fault == Fault.OPENS_OF_BOUNCED_IN_OPEN_RATE);
            shares.put(scope + "/openedAndDelivered", inOpenRate ? 1 : 0);
        }
        shares.put("opened", opened ? 1 : 0);
        shares.put("recovered", delivered && hasRecovered(fault) ? 1 : 0);
        boolean timed = opened && (first.containsKey("delivered") || fault == Fault.OPEN_TIMED_FROM_IMPLIED_DELIVERY);
        if (timed) {
            shares.put("cell/" + cell(fault), 1);
        }
        return shares;
    }

    private boolean hasRecovered(Fault fault) {
        boolean late = latestKind.equals("bouncedSoft");
        return first.containsKey("bouncedSoft")
                && !(late && fault == Fault.RECOVERY_NOT_COUNTED_WHEN_SOFT_BOUNCE_COMES_LATE);
    }

    private int cell(Fault fault) {
        Instant deliveredAt =
                (fault == Fault.OPEN_TIMED_FROM_LAST_DELIVERY ? last : first).getOrDefault("delivered", Instant.EPOCH);
        Instant openedAt =
                (fault == Fault.OPEN_TIMED_FROM_LAST_OPEN ? last : first).getOrDefault("opened", Instant.EPOCH);
        long waitMillis = Duration.between(deliveredAt, openedAt).toMillis();
        if (waitMillis <= 0) {
            return 0;
        }
        long clamped = Math.max(1_000, Math.min(waitMillis, 3_456_000_000L));
        int place = Arrays.binarySearch(BOUNDS_MILLIS, clamped);
        int onTheBound = fault == Fault.CELL_WITHOUT_ITS_LOWER_BOUND ? place : place + 1;
        return place >= 0 ? onTheBound : -place - 1;
    }
}
