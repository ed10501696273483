package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The counts of one domain: the sum of all its deltas. Messages are counted by recipient group; what holds for the
 * domain is the sum over its groups, so the two can never differ.
 *
 * @param countedSinceMillis the least append time of what was counted
 * @param asOfMillis the greatest append time of what was counted
 * @param firstEventMillis when the earliest event happened
 * @param lastEventMillis when the latest event happened
 * @param sources the sources heard of, each with its provider
 * @param events distinct events by kind
 * @param groups messages by recipient group
 * @param cells time-to-open, messages by cell
 */
record Totals(
        long countedSinceMillis,
        long asOfMillis,
        long firstEventMillis,
        long lastEventMillis,
        SortedMap<String, Provider> sources,
        Counts<EventKind> events,
        Map<RecipientGroup, Counts<MessageCount>> groups,
        SortedMap<Integer, Long> cells) {

    /** The totals of a domain of which nothing has been counted. */
    static final Totals NOTHING = new Totals(
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            new TreeMap<>(),
            Counts.none(EventKind.class),
            Map.of(),
            new TreeMap<>());

    /**
     * These totals and one more delta.
     *
     * @throws IllegalStateException if a count falls below zero: something was taken away that was never added
     */
    Totals plus(Delta delta) {
        return delta.distinct() ? counting(delta) : heardOf(delta, sources, events, groups, cells);
    }

    private Totals counting(Delta delta) {
        SortedMap<String, Provider> moreSources = new TreeMap<>(sources);
        moreSources.put(delta.source(), delta.provider());
        Map<RecipientGroup, Counts<MessageCount>> moreGroups = new EnumMap<>(RecipientGroup.class);
        moreGroups.putAll(groups);
        Counts<MessageCount> group = groups.getOrDefault(delta.group(), Counts.none(MessageCount.class));
        moreGroups.put(delta.group(), group.plus(delta.messages()));
        SortedMap<Integer, Long> moreCells = new TreeMap<>(cells);
        delta.cells().forEach((cell, by) -> add(moreCells, cell, by));
        return heardOf(delta, moreSources, events.plus(delta.kind(), 1), moreGroups, moreCells);
    }

    private static void add(SortedMap<Integer, Long> cells, int cell, int by) {
        long sum = cells.getOrDefault(cell, 0L) + by;
        if (sum < 0) {
            throw new IllegalStateException("the count of cell " + cell + " would be " + sum);
        }
        if (sum == 0) {
            cells.remove(cell);
        } else {
            cells.put(cell, sum);
        }
    }

    private Totals heardOf(
            Delta delta,
            SortedMap<String, Provider> newSources,
            Counts<EventKind> newEvents,
            Map<RecipientGroup, Counts<MessageCount>> newGroups,
            SortedMap<Integer, Long> newCells) {
        return new Totals(
                Math.min(countedSinceMillis, delta.appendMillis()),
                Math.max(asOfMillis, delta.appendMillis()),
                Math.min(firstEventMillis, delta.occurredMillis()),
                Math.max(lastEventMillis, delta.occurredMillis()),
                newSources,
                newEvents,
                newGroups,
                newCells);
    }

    /** Messages of the whole domain. */
    Counts<MessageCount> messages() {
        return groups.values().stream().reduce(Counts.none(MessageCount.class), Counts::plus);
    }

    /** Whether any of the domain's sources is able to report this kind of event. */
    boolean canReport(EventKind kind) {
        for (Provider provider : sources.values()) {
            if (provider.canReport(kind)) {
                return true;
            }
        }
        return false;
    }
}
