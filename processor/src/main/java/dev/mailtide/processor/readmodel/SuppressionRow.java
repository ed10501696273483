package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of one recipient of one sender domain. Rows are merged: in any order and with any repetition the same comes
 * of the same events, wherever they were read.
 *
 * @param latest the latest event of each fact
 * @param softBounces messages that bounced softly after the latest delivery, the latest first, {@link #SOFT_BOUNCES_MAX} at
 *     most. That many are kept whatever the setting says, so that instances with different settings agree on the row
 * @param asOfMillis the greatest append time of the events in it
 */
record SuppressionRow(Map<SuppressionFact, SuppressionMark> latest, List<SoftBounce> softBounces, long asOfMillis) {

    static final int SOFT_BOUNCES_MAX = 10;

    /** Of somebody of whom nothing was heard. */
    static final SuppressionRow NOTHING = new SuppressionRow(Map.of(), List.of(), Long.MIN_VALUE);

    /** Copies, and leaves out soft bounces that a delivery has cleared or that are too many. */
    SuppressionRow {
        latest = Map.copyOf(latest);
        softBounces = counting(softBounces, Optional.ofNullable(latest.get(SuppressionFact.DELIVERY)));
    }

    /** Of one event; nothing if it says nothing of that kind, or names nobody. */
    static Optional<SuppressionRow> of(EventHead event, long appendMillis) {
        if (event.recipient().isEmpty()) {
            return Optional.empty();
        }
        SuppressionMark mark = new SuppressionMark(event.occurredMillis(), event.id());
        if (event.kind() == EventKind.BOUNCED_SOFT) {
            List<SoftBounce> only = List.of(new SoftBounce(event.messageHash(), mark));
            return Optional.of(new SuppressionRow(Map.of(), only, appendMillis));
        }
        return SuppressionFact.of(event.kind())
                .map(fact -> new SuppressionRow(Map.of(fact, mark), List.of(), appendMillis));
    }

    /** What both know together. */
    SuppressionRow and(SuppressionRow other) {
        Map<SuppressionFact, SuppressionMark> together = new EnumMap<>(SuppressionFact.class);
        together.putAll(latest);
        other.latest.forEach((fact, mark) -> together.merge(fact, mark, SuppressionMark::later));
        Map<Fingerprint, SoftBounce> bounces = new HashMap<>();
        softBounces.forEach(bounce -> bounces.put(bounce.message(), bounce));
        other.softBounces.forEach(bounce -> bounces.merge(bounce.message(), bounce, SuppressionRow::later));
        return new SuppressionRow(together, List.copyOf(bounces.values()), Math.max(asOfMillis, other.asOfMillis));
    }

    private static SoftBounce later(SoftBounce one, SoftBounce other) {
        return one.mark().compareTo(other.mark()) >= 0 ? one : other;
    }

    /** At the time of the delivery itself counts as before it. */
    private static List<SoftBounce> counting(Collection<SoftBounce> bounces, Optional<SuppressionMark> delivery) {
        long clearedUntil = delivery.map(SuppressionMark::atMillis).orElse(Long.MIN_VALUE);
        return bounces.stream()
                .filter(bounce -> bounce.mark().atMillis() > clearedUntil)
                .sorted(SoftBounce.ORDER)
                .limit(SOFT_BOUNCES_MAX)
                .toList();
    }

    Optional<SuppressionMark> latest(SuppressionFact fact) {
        return Optional.ofNullable(latest.get(fact));
    }

    /** Whether anything in it speaks against writing to the recipient; without it, nobody needs to hear of the row. */
    boolean isAgainst() {
        return !softBounces.isEmpty() || latest.keySet().stream().anyMatch(SuppressionFact::isAgainst);
    }
}
