package dev.mailtide.testkit.fold;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/** Merged facts of one message to one recipient, and what they add to the totals of its domain. */
record ModelRow(
        String group,
        Map<String, Instant> first,
        Map<String, Instant> last,
        String latestKind,
        Set<String> seen,
        Instant firstHeard,
        Instant heard) {

    private static final long[] BOUNDS_MILLIS = new long[400];

    static {
        Arrays.setAll(BOUNDS_MILLIS, i -> Math.round(1000 * Math.pow(1.04, i)));
    }

    static ModelRow empty(ModelEvent event) {
        Instant appended = event.raw().appendTime();
        return new ModelRow(event.group(), Map.of(), Map.of(), "", Set.of(), appended, appended);
    }

    ModelRow plus(ModelEvent event) {
        Set<String> seenNow = new HashSet<>(seen);
        seenNow.add(event.fingerprint());
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
