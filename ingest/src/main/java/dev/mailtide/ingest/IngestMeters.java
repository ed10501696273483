package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What ingest counts. At rest: received = stored + refused, over all reasons.
 */
final class IngestMeters {

    private final Counter received;
    private final Counter stored;
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);

    IngestMeters(Meters meters) {
        received = meters.counter("mailtide.ingest.received", "Webhook posts that came in");
        stored = meters.counter("mailtide.ingest.stored", "Webhook posts answered 200: durable on Kafka");
        for (Refusal refusal : Refusal.values()) {
            refused.put(
                    refusal,
                    meters.counter(
                            "mailtide.ingest.refused", "Webhook posts not accepted", "reason", refusal.reason()));
        }
    }

    void received() {
        received.increment();
    }

    void count(Outcome outcome) {
        if (outcome instanceof Outcome.Refused refusedOutcome) {
            Objects.requireNonNull(refused.get(refusedOutcome.refusal())).increment();
        } else {
            stored.increment();
        }
    }
}
