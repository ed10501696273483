package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;

/**
 * The counts of one bucket of a series: distinct events that happened in it, and messages whose earliest event lies in
 * it, under their status now. Stored with a version in front.
 *
 * @param events distinct events by kind
 * @param messages messages by status
 */
record Bucket(Counts<EventKind> events, Counts<Standing> messages) {

    /** The bucket in which nothing has been counted. */
    static final Bucket EMPTY = new Bucket(Counts.none(EventKind.class), Counts.none(Standing.class));

    private static final int VERSION = 1;

    /** The same and one more event. */
    Bucket plus(EventKind kind) {
        return new Bucket(events.plus(kind, 1), messages);
    }

    /**
     * The same with messages more, or fewer.
     *
     * @throws IllegalStateException if a count falls below zero: something was taken away that was never added
     */
    Bucket plus(Standing standing, int by) {
        return new Bucket(events, messages.plus(standing, by));
    }

    byte[] encode() {
        BinaryOut out = new BinaryOut().number(VERSION);
        events.write(out);
        messages.write(out);
        return out.bytes();
    }

    static Bucket decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        return new Bucket(Counts.read(in, EventKind.class), Counts.read(in, Standing.class));
    }
}
