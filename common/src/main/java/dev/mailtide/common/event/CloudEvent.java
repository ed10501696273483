package dev.mailtide.common.event;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that make a record of an event a CloudEvent: version 1.0, Kafka protocol binding, binary content mode.
 * They hold no address and no subject, since no policy for fields reaches headers.
 */
public final class CloudEvent {

    private CloudEvent() {}

    /** Sets the seven {@code ce_} headers and {@code content-type}, replacing what was there. */
    public static void describe(EmailEvent event, Headers headers) {
        set(headers, "ce_specversion", "1.0");
        set(headers, "ce_id", event.id().hex());
        set(headers, "ce_source", "/mailtide/sources/" + event.origin().source());
        set(headers, "ce_type", "dev.mailtide.email." + event.kind().type() + ".v1");
        set(headers, "ce_subject", event.sender().domain().name());
        set(headers, "ce_time", Times.text(event.occurrence().at()));
        set(headers, "ce_partitionkey", event.messageKey().text());
        set(headers, "content-type", EventCodec.CONTENT_TYPE);
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
