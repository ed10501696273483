package dev.mailtide.common.topic;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** The headers of a record in the raw topic: what ingest knew when it took the body in. */
public final class RawHeaders {

    /** The configured source that the body was posted to. */
    public static final String SOURCE = "source";
    /** Whose webhook it is. */
    public static final String PROVIDER = "provider";
    /** When ingest received it, in milliseconds since 1970. */
    public static final String RECEIVED_AT = "received-at";
    /** The request's content type, if it had one. */
    public static final String CONTENT_TYPE = "content-type";

    private RawHeaders() {}

    /** Adds a header with a text. */
    public static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of a header, if the record has it. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }

    /**
     * When ingest received the body.
     *
     * @throws IllegalArgumentException if the record does not say so
     */
    public static Instant receivedAt(Headers headers) {
        String millis = text(headers, RECEIVED_AT)
                .orElseThrow(() -> new IllegalArgumentException("a raw record without " + RECEIVED_AT));
        return Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
