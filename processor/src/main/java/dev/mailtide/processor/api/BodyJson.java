package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.deadletter.DeadLetterHeaders;
import dev.mailtide.processor.normalise.Normaliser;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** One body with what is known of it, as it is answered. */
final class BodyJson {

    /** More than this is no reading matter; the whole of it stands in the raw topic. */
    static final int CHARS_MAX = 262_144;

    private BodyJson() {}

    /** Adds the body of the record that gave this event. */
    static void add(ObjectNode json, EmailEvent event, ConsumerRecord<byte[], byte[]> raw) {
        byte[] posted = raw.value() == null ? new byte[0] : raw.value();
        byte[] content = Normaliser.content(posted).orElse(posted);
        json.put("domain", event.sender().domain().name());
        json.put("messageId", event.message().id());
        json.put("partition", raw.partition());
        json.put("offset", raw.offset());
        json.put("eventId", event.id().hex());
        json.put("receiptId", event.origin().receiptId());
        json.put("source", event.origin().source());
        json.put("provider", event.origin().provider().wireName());
        json.put("receivedAt", Times.text(event.origin().receivedAt()));
        RawHeaders.text(raw.headers(), RawHeaders.CONTENT_TYPE).ifPresent(type -> json.put("contentType", type));
        RawHeaders.text(raw.headers(), DeadLetterHeaders.REPLAYED).ifPresent(at -> json.put("replayedAt", at));
        json.put("bodyBytes", posted.length);
        if (content.length != posted.length) {
            json.put("unzippedBytes", content.length);
        }
        addText(json, new String(content, StandardCharsets.UTF_8));
    }

    private static void addText(ObjectNode json, String text) {
        if (text.length() <= CHARS_MAX) {
            json.put("body", text);
            return;
        }
        int end = Character.isHighSurrogate(text.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
        json.put("body", text.substring(0, end)).put("isCut", true);
    }
}
