package dev.mailtide.testkit.fold;

import java.time.Instant;

/** One readable webhook: what it says, and the raw record that brought it. */
record Event(Row row, String recipientGroup, Kind kind, String fingerprint, Instant occurredAt, RawBody raw) {

    /** One message to one recipient, the recipient empty where there is none. */
    record Row(String domain, String messageId, String recipient) {

        String messageKey() {
            return domain + "/" + messageId;
        }
    }

    DistinctEvent asDistinct() {
        return new DistinctEvent(
                row.domain(), row.messageKey(), row.recipient(), fingerprint, kind.counter, raw.receiptId());
    }
}
