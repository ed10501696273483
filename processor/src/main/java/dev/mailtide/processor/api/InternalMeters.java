package dev.mailtide.processor.api;

import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.peers.Reply;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What other instances asked this one, by what they were answered. */
final class InternalMeters {

    private final Map<Reply.Holder, Counter> decided = new EnumMap<>(Reply.Holder.class);
    private final Counter notHere;

    InternalMeters(Meters meters) {
        for (Reply.Holder holder : Reply.Holder.values()) {
            decided.put(holder, counter(meters, holder.wireName()));
        }
        notHere = counter(meters, "not-here");
    }

    static Counter counter(Meters meters, String outcome) {
        return meters.counter(
                "mailtide.processor.peers.answered",
                "Questions that other instances asked this one",
                "outcome",
                outcome);
    }

    void decided(Reply.Holder holder) {
        Objects.requireNonNull(decided.get(holder)).increment();
    }

    void notHere() {
        notHere.increment();
    }
}
