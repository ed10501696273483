package dev.mailtide.processor.aggregate;

import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.normalise.DeadReason;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the aggregating application counts, since it started; a record that is processed again after a failure is counted
 * again. At rest: read = normalised + dead letters - refused; normalised = distinct + duplicates + refused.
 */
final class AggregateMeters {

    private final Counter normalised;
    private final Counter distinct;
    private final Counter duplicates;
    private final Counter forgotten;
    private final Counter refused;
    private final Map<DeadReason, Counter> deadLetters = new EnumMap<>(DeadReason.class);

    AggregateMeters(Meters meters) {
        normalised = meters.counter("mailtide.processor.normalised", "Raw records that gave an event");
        distinct = meters.counter("mailtide.processor.events.distinct", "Events counted and published");
        duplicates = meters.counter("mailtide.processor.events.duplicate", "Events seen before, and not counted again");
        forgotten = meters.counter(
                "mailtide.processor.messages.forgotten", "Messages heard of after remember-for, begun anew");
        refused = meters.counter(
                "mailtide.processor.events.refused",
                "Events that the ledger could not work out: dead letters of reason internal, too");
        for (DeadReason reason : DeadReason.values()) {
            deadLetters.put(
                    reason,
                    meters.counter(
                            "mailtide.processor.dead.letters", "Bodies that gave no event", "reason", reason.code()));
        }
    }

    void normalised() {
        normalised.increment();
    }

    void distinct() {
        distinct.increment();
    }

    void duplicate() {
        duplicates.increment();
    }

    void forgotten() {
        forgotten.increment();
    }

    void refused() {
        refused.increment();
    }

    void deadLetter(DeadReason reason) {
        Objects.requireNonNull(deadLetters.get(reason)).increment();
    }
}
