package dev.mailtide.processor.peers;

import dev.mailtide.common.run.Meters;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What this instance asked others, by what came of it. */
final class PeerMeters {

    private final Map<Outcome, Counter> asked = new EnumMap<>(Outcome.class);

    PeerMeters(Meters meters) {
        for (Outcome outcome : Outcome.values()) {
            asked.put(
                    outcome,
                    meters.counter(
                            "mailtide.processor.peers.asked",
                            "Questions that this instance asked others",
                            "outcome",
                            outcome.label()));
        }
    }

    void asked(Outcome outcome) {
        Objects.requireNonNull(asked.get(outcome)).increment();
    }
}
