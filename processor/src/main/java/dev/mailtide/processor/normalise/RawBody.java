package dev.mailtide.processor.normalise;

import java.time.Instant;

/**
 * One record of the raw topic, as far as normalising needs it.
 *
 * @param receiptId the id ingest gave the request
 * @param source the configured source
 * @param provider the name of the provider, as ingest wrote it
 * @param receivedAt when ingest received it
 */
public record RawBody(String receiptId, String source, String provider, Instant receivedAt) {}
