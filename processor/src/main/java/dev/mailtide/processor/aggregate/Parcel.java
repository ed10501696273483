package dev.mailtide.processor.aggregate;

import org.apache.kafka.common.utils.Bytes;

/**
 * A value on its way out of a step that has two outputs.
 *
 * @param exit which output it is for
 */
record Parcel(Exit exit, Bytes value) {

    enum Exit {
        LEDGER,
        DEAD_LETTERS,
        EVENTS,
        TOTALS
    }

    static Parcel to(Exit exit, byte[] value) {
        return new Parcel(exit, Bytes.wrap(value));
    }

    boolean isFor(Exit other) {
        return exit == other;
    }

    byte[] bytes() {
        return value.get();
    }
}
