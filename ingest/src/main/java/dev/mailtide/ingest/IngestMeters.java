package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.Outcome.Way;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What ingest counts. Always, but for requests between two counters:
 *
 * <pre>
 * received = stored{way="kafka"} + stored{way="spool"} + refused, over all reasons + in flight
 * </pre>
 */
final class IngestMeters {

    private final Counter received;
    private final Map<Way, Counter> stored = new EnumMap<>(Way.class);
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
    private final AtomicInteger inFlight = new AtomicInteger();

    IngestMeters(Meters meters) {
        received = meters.counter("mailtide.ingest.received", "Webhook posts that came in");
        for (Way way : Way.values()) {
            stored.put(
                    way,
                    meters.counter(
                            "mailtide.ingest.stored",
                            "Webhook posts answered 200, by where the body was durable first",
                            "way",
                            way.name().toLowerCase(Locale.ROOT)));
        }
        for (Refusal refusal : Refusal.values()) {
            refused.put(
                    refusal,
                    meters.counter(
                            "mailtide.ingest.refused", "Webhook posts not accepted", "reason", refusal.reason()));
        }
        meters.gauge("mailtide.ingest.in.flight", "Webhook posts without an answer yet", inFlight::get);
    }

    void received() {
        received.increment();
        inFlight.incrementAndGet();
    }

    void count(Outcome outcome) {
        if (outcome instanceof Outcome.Refused known) {
            Objects.requireNonNull(refused.get(known.refusal())).increment();
        } else if (outcome instanceof Outcome.Stored known) {
            Objects.requireNonNull(stored.get(known.way())).increment();
        }
        inFlight.decrementAndGet();
    }
}
