package dev.mailtide.processor.normalise;

import dev.mailtide.common.topic.RawHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record of the raw topic, as far as normalising needs it.
 *
 * @param receiptId the id ingest gave the request
 * @param source the configured source
 * @param provider the name of the provider, as ingest wrote it
 * @param receivedAt when ingest received it
 */
public record RawBody(String receiptId, String source, String provider, Instant receivedAt) {

    /**
     * What a record says of itself; nothing if it lacks what ingest always writes.
     *
     * @param key of the record, null if it has none
     */
    public static Optional<RawBody> of(byte @Nullable [] key, Headers headers) {
        Optional<String> source = RawHeaders.text(headers, RawHeaders.SOURCE);
        Optional<String> provider = RawHeaders.text(headers, RawHeaders.PROVIDER);
        Optional<Instant> receivedAt = RawHeaders.text(headers, RawHeaders.RECEIVED_AT)
                .filter(millis -> millis.matches("[0-9]{1,14}"))
                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis)));
        return key == null || source.isEmpty() || provider.isEmpty() || receivedAt.isEmpty()
                ? Optional.empty()
                : Optional.of(new RawBody(
                        new String(key, StandardCharsets.UTF_8), source.get(), provider.get(), receivedAt.get()));
    }
}
