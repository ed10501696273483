package dev.mailtide.testkit.fold;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A raw topic written by hand: one source, one record a second, the receipts numbered from 1. */
final class Histories {

    static final Instant START = Instant.parse("2026-04-18T12:00:00Z");

    private final List<RawBody> raw = new ArrayList<>();
    private String source = "paubox-main";
    private Instant now = START;

    Histories receives(String... bodies) {
        for (String body : bodies) {
            raw.add(new RawBody("receipt-" + (raw.size() + 1), Body.ofText(body), source, "paubox", now, now));
            now = now.plusSeconds(1);
        }
        return this;
    }

    Histories through(String otherSource) {
        source = otherSource;
        return this;
    }

    Histories isSilentFor(Duration silence) {
        now = now.minusSeconds(1).plus(silence);
        return this;
    }

    Expected folded() {
        return new ReferenceFold(Duration.ofDays(35)).fold(raw);
    }
}
