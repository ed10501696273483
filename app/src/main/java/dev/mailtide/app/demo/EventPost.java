package dev.mailtide.app.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.TreeMap;

/** An event in Paubox's shape, written only when it is posted, so that a long run fits into memory. */
record EventPost(Send send, Recipient recipient, Step step, Instant time) implements Post {
    static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public byte[] body() {
        ObjectNode body = JSON.createObjectNode().put("event_name", step.eventName());
        ObjectNode payload =
                body.putObject("payload").put("id", recipient.payloadId()).put("subject", send.subject());
        send.identity().headerMessageId().ifPresent(id -> payload.put("header_message_id", id));
        payload.put("source_tracking_id", send.identity().trackingId())
                .put("outbound_queue_id", recipient.queueId())
                .put("time", MILLISECONDS.format(time))
                .put("from", send.from())
                .put("to", recipient.to());
        if (!send.customHeaders().isEmpty()) {
            payload.set("custom_headers", JSON.valueToTree(new TreeMap<>(send.customHeaders())));
        }
        return bytes(body);
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers cannot be written", e);
        }
    }
}
