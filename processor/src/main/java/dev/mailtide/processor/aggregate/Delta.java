package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that one event changes in the counts of its domain, series included: each count that goes up or down by one. Deltas add up,
 * so their order does not matter; that each is added once is what exactly-once is for.
 *
 * <p>A duplicate changes no count. Yet the partitions of the raw topic are read in no order, and a duplicate may have been
 * appended before the record that was counted: then it moves the time since which there are counts.
 *
 * @param appendMillis append time of the raw record
 * @param occurredMillis when the event happened
 * @param kind what happened
 * @param source from which source we know
 * @param provider whose webhook it was
 * @param group the recipient's group, in which the messages are counted
 * @param messages by how much each count of messages changes
 * @param cells by how much each time-to-open cell changes
 * @param move what changes in where the message stands in the series
 * @param distinct whether the event itself counts; false for a duplicate
 */
record Delta(
        long appendMillis,
        long occurredMillis,
        EventKind kind,
        String source,
        Provider provider,
        RecipientGroup group,
        Map<MessageCount, Integer> messages,
        Map<Integer, Integer> cells,
        SeriesMove move,
        boolean distinct) {

    /** Copies the maps. */
    Delta {
        EnumMap<MessageCount, Integer> inOrder = new EnumMap<>(MessageCount.class);
        inOrder.putAll(messages);
        messages = Collections.unmodifiableMap(inOrder);
        cells = Map.copyOf(cells);
    }

    /** What this event changes for its domain, given what was known of its message before it and what is after. */
    static Delta of(LedgerEvent event, long appendMillis, Facts before, Facts after) {
        Map<MessageCount, Integer> messages = new EnumMap<>(MessageCount.class);
        MessageCount.of(before).forEach(count -> change(messages, count, -1));
        MessageCount.of(after).forEach(count -> change(messages, count, 1));
        Map<Integer, Integer> cells = new TreeMap<>();
        before.timeToOpenCell().ifPresent(cell -> change(cells, cell, -1));
        after.timeToOpenCell().ifPresent(cell -> change(cells, cell, 1));
        return new Delta(
                appendMillis,
                event.occurredMillis(),
                event.kind(),
                event.report().source(),
                event.report().provider(),
                after.group(),
                messages,
                cells,
                SeriesMove.between(before, after),
                true);
    }

    /** What a duplicate changes that was appended before all that is known of its message. */
    static Delta ofEarlierDuplicate(LedgerEvent event, long appendMillis, Facts known) {
        return new Delta(
                appendMillis,
                event.occurredMillis(),
                event.kind(),
                event.report().source(),
                event.report().provider(),
                known.group(),
                Map.of(),
                Map.of(),
                SeriesMove.NONE,
                false);
    }

    private static <K> void change(Map<K, Integer> counts, K count, int by) {
        int changed = counts.getOrDefault(count, 0) + by;
        if (changed == 0) {
            counts.remove(count);
        } else {
            counts.put(count, changed);
        }
    }
}
