package dev.mailtide.testkit.fold;

import java.time.Instant;

/** One event, as the product model reads it. */
record ModelEvent(
        String domain,
        String messageId,
        String recipient,
        String group,
        String kind,
        String fingerprint,
        Instant occurredAt,
        RawBody raw) {

    DistinctEvent asDistinct() {
        return new DistinctEvent(domain, domain + "/" + messageId, recipient, fingerprint, kind, raw.receiptId());
    }
}
