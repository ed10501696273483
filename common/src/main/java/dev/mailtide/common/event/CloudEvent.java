package dev.mailtide.common.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that make a record of an event a CloudEvent: version 1.0, Kafka protocol binding, binary content mode.
 * They hold no address and no subject, since no policy for fields reaches headers.
 */
public final class CloudEvent {

    private CloudEvent() {}

    /** Sets the seven {@code ce_} headers and {@code content-type}, replacing what was there. */
    public static void describe(EmailEvent event, Headers headers) {
        describe(
                new Attributes(
                        event.id(),
                        event.origin().source(),
                        event.kind(),
                        event.messageKey(),
                        event.occurrence().at()),
                headers);
    }

    /** The same, where only what the headers say is at hand. */
    public static void describe(Attributes event, Headers headers) {
        set(headers, "ce_specversion", "1.0");
        set(headers, "ce_id", event.id().hex());
        set(headers, "ce_source", "/mailtide/sources/" + event.source());
        set(headers, "ce_type", "dev.mailtide.email." + event.kind().type() + ".v1");
        set(headers, "ce_subject", event.message().domain().name());
        set(headers, "ce_time", Times.text(event.occurredAt()));
        set(headers, "ce_partitionkey", event.message().text());
        set(headers, "content-type", EventCodec.CONTENT_TYPE);
    }

    /**
     * What the headers say of an event.
     *
     * @param id its fingerprint
     * @param source the configured source that reported it
     * @param kind what happened
     * @param message the message it is about
     * @param occurredAt when it happened
     */
    public record Attributes(Fingerprint id, String source, EventKind kind, MessageKey message, Instant occurredAt) {}

    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
