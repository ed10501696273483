package dev.mailtide.ingest;

import dev.mailtide.common.topic.RawHeaders;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One accepted request: the exact bytes, and what was known when they came. The bytes are not copied; nobody may change
 * them.
 */
final class Webhook {

    /** A longer content type is nonsense, and is cut. */
    private static final int CONTENT_TYPE_CHARS_MAX = 200;

    private final Source source;
    private final String receiptId;
    private final Instant receivedAt;
    private final Optional<String> contentType;
    private final byte[] body;

    Webhook(Source source, String receiptId, Instant receivedAt, Optional<String> contentType, byte[] body) {
        this.source = source;
        this.receiptId = receiptId;
        this.receivedAt = receivedAt;
        this.contentType = contentType;
        this.body = body;
    }

    int bytes() {
        return body.length;
    }

    /** The record of the raw topic. */
    ProducerRecord<String, byte[]> toRecord(String topic) {
        ProducerRecord<String, byte[]> raw = new ProducerRecord<>(topic, receiptId, body);
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, source.name());
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, source.provider().wireName());
        RawHeaders.add(raw.headers(), RawHeaders.RECEIVED_AT, Long.toString(receivedAt.toEpochMilli()));
        contentType
                .map(type -> type.substring(0, Math.min(type.length(), CONTENT_TYPE_CHARS_MAX)))
                .ifPresent(type -> RawHeaders.add(raw.headers(), RawHeaders.CONTENT_TYPE, type));
        return raw;
    }
}
