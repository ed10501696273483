package dev.mailtide.processor.aggregate;

import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * A value on its way out of a step that has two outputs.
 *
 * @param exit which output it is for
 * @param value the value; nothing for a tombstone
 */
record Parcel(Exit exit, Optional<Bytes> value) {

    enum Exit {
        LEDGER,
        DEAD_LETTERS,
        EVENTS,
        TOTALS,
        STATES,
        SERIES
    }

    static Parcel to(Exit exit, byte[] value) {
        return new Parcel(exit, Optional.of(Bytes.wrap(value)));
    }

    /** Says that what stands under the key is no more. */
    static Parcel tombstone(Exit exit) {
        return new Parcel(exit, Optional.empty());
    }

    boolean isFor(Exit other) {
        return exit == other;
    }

    /** The bytes, or null, which is what Kafka takes for a tombstone. */
    byte @Nullable [] bytes() {
        return value.map(Bytes::get).orElse(null);
    }
}
