package dev.mailtide.testkit.fold;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * What stands in the raw topic for one accepted webhook.
 *
 * <p>Both times are cut to milliseconds, because a header and a log append time hold no more.
 */
public record RawBody(
        String receiptId, Body body, String source, String provider, Instant receivedAt, Instant appendTime) {

    public RawBody {
        receivedAt = receivedAt.truncatedTo(ChronoUnit.MILLIS);
        appendTime = appendTime.truncatedTo(ChronoUnit.MILLIS);
    }
}
