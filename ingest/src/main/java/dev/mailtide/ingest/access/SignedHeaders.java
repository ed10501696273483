package dev.mailtide.ingest.access;

/**
 * What a sender signs besides the body, and the signatures.
 *
 * @param id {@code webhook-id}
 * @param timestamp {@code webhook-timestamp}, in seconds since 1970, as it was written
 * @param signatures {@code webhook-signature}: one or more, divided by spaces, each with its version and a comma in front
 */
record SignedHeaders(String id, String timestamp, String signatures) {

    static final String ID = "webhook-id";
    static final String TIMESTAMP = "webhook-timestamp";
    static final String SIGNATURE = "webhook-signature";
}
