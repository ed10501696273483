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
        Map<EventKind, Long> events,
        Map<RecipientGroup, Map<MessageCount, Long>> groups,
        SortedMap<Integer, Long> cells) {

    /** The totals of a domain of which nothing has been counted. */
    static final Totals NOTHING = new Totals(
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            new TreeMap<>(),
            Map.of(),
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
        Map<EventKind, Long> moreEvents = new EnumMap<>(EventKind.class);
        moreEvents.putAll(events);
        moreEvents.merge(delta.kind(), 1L, Long::sum);
        Map<RecipientGroup, Map<MessageCount, Long>> moreGroups = new EnumMap<>(RecipientGroup.class);
        moreGroups.putAll(groups);
        Map<MessageCount, Long> group = new EnumMap<>(MessageCount.class);
        group.putAll(groups.getOrDefault(delta.group(), Map.of()));
        delta.messages().forEach((count, by) -> Counts.add(group, count, by));
        moreGroups.put(delta.group(), group);
        SortedMap<Integer, Long> moreCells = new TreeMap<>(cells);
        delta.cells().forEach((cell, by) -> Counts.add(moreCells, cell, by));
        return heardOf(delta, moreSources, moreEvents, moreGroups, moreCells);
    }

    private Totals heardOf(
            Delta delta,
            SortedMap<String, Provider> newSources,
            Map<EventKind, Long> newEvents,
            Map<RecipientGroup, Map<MessageCount, Long>> newGroups,
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
    Map<MessageCount, Long> messages() {
        Map<MessageCount, Long> sum = new EnumMap<>(MessageCount.class);
        groups.values().forEach(group -> group.forEach((count, number) -> sum.merge(count, number, Long::sum)));
        return sum;
    }

    /** Whether any of the domain's sources is able to report this kind of event. */
    boolean canReport(EventKind kind) {
        return sources.values().stream().anyMatch(provider -> provider.canReport(kind));
    }
}
