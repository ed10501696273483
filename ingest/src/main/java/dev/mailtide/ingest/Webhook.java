package dev.mailtide.ingest;

import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.ingest.access.Source;
import dev.mailtide.ingest.spool.SpoolEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One accepted request: the exact bytes, and what was known when they came. The bytes are not copied; nobody may change
 * them.
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on, never changed.
record Webhook(Source source, String receiptId, Instant receivedAt, Optional<String> contentType, byte[] body) {

    /** A longer content type is nonsense, and is cut. */
    private static final int CONTENT_TYPE_CHARS_MAX = 200;

    /** What becomes the raw record, the same on both ways. */
    SpoolEntry toEntry() {
        List<SpoolEntry.Header> headers = new ArrayList<>(4);
        headers.add(header(RawHeaders.SOURCE, source.name()));
        headers.add(header(RawHeaders.PROVIDER, source.provider().wireName()));
        headers.add(header(RawHeaders.RECEIVED_AT, Long.toString(receivedAt.toEpochMilli())));
        contentType
                .map(type -> type.substring(0, Math.min(type.length(), CONTENT_TYPE_CHARS_MAX)))
                .ifPresent(type -> headers.add(header(RawHeaders.CONTENT_TYPE, type)));
        return new SpoolEntry(receiptId, headers, body);
    }

    private static SpoolEntry.Header header(String name, String value) {
        return new SpoolEntry.Header(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
