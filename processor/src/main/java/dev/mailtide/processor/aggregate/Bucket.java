package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * The counts of one bucket of a series: distinct events that happened in it, and messages whose earliest event lies in
 * it, under their status now. Stored with a version in front.
 *
 * @param events distinct events by kind
 * @param messages messages by status
 */
record Bucket(Map<EventKind, Long> events, Map<Standing, Long> messages) {

    /** The bucket in which nothing has been counted. */
    static final Bucket EMPTY = new Bucket(Map.of(), Map.of());

    private static final int VERSION = 1;

    /** Copies the counts. */
    Bucket {
        events = Map.copyOf(events);
        messages = Map.copyOf(messages);
    }

    /** The same and one more event. */
    Bucket plus(EventKind kind) {
        Map<EventKind, Long> more = new EnumMap<>(EventKind.class);
        more.putAll(events);
        Counts.add(more, kind, 1);
        return new Bucket(more, messages);
    }

    /**
     * The same with messages more, or fewer.
     *
     * @throws IllegalStateException if a count falls below zero: something was taken away that was never added
     */
    Bucket plus(Standing standing, int by) {
        Map<Standing, Long> changed = new EnumMap<>(Standing.class);
        changed.putAll(messages);
        Counts.add(changed, standing, by);
        return new Bucket(events, changed);
    }

    byte[] encode() {
        BinaryOut out = new BinaryOut().number(VERSION);
        Counts.write(out, events);
        Counts.write(out, messages);
        return out.bytes();
    }

    static Bucket decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        return new Bucket(Counts.read(in, EventKind.class), Counts.read(in, Standing.class));
    }
}
