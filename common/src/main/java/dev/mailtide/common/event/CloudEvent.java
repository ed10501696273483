package dev.mailtide.common.event;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;

/**
 * The headers that make a record of an event a CloudEvent: version 1.0, Kafka protocol binding, binary content mode.
 * They hold no address and no subject, since no policy for fields reaches headers.
 */
public final class CloudEvent {

    private static final String PARTITION_KEY = "ce_partitionkey";

    private CloudEvent() {}

    /**
     * Sets the seven {@code ce_} headers and {@code content-type}, replacing what was there. Where the message id holds what
     * no attribute of a CloudEvent may hold, {@code ce_partitionkey} is left out: it has to equal the key of the record.
     */
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
        headers.remove(PARTITION_KEY);
        if (mayStandInAnAttribute(event.message().messageId())) {
            set(headers, PARTITION_KEY, event.message().text());
        }
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

    /** CloudEvents 1.0, type system, String: no control characters, no noncharacters, no half of a surrogate pair. */
    private static boolean mayStandInAnAttribute(String text) {
        return text.codePoints().noneMatch(CloudEvent::isRuledOut);
    }

    private static boolean isRuledOut(int codePoint) {
        boolean isNoCharacter = (codePoint & 0xFFFE) == 0xFFFE || (codePoint >= 0xFDD0 && codePoint <= 0xFDEF);
        return Character.isISOControl(codePoint)
                || isNoCharacter
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    private static void set(Headers headers, String name, String value) {
        headers.remove(name);
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
