package dev.mailtide.processor.readmodel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the read model has to know of an event. The rest of its JSON is kept as it came, so that events of a later release
 * can be listed, too.
 *
 * @param kind {@code UNKNOWN} for a type that this release does not know
 * @param recipient none where the provider named nobody
 * @param messageId without angle brackets
 * @param occurredMillis in milliseconds since 1970
 */
record EventHead(
        Fingerprint id,
        EventKind kind,
        SenderDomain domain,
        Optional<RecipientKey> recipient,
        String messageId,
        long occurredMillis) {

    private static final JsonFactory JSON = new JsonFactory();

    private static final Set<String> FIELDS =
            Set.of("id", "type", "bounceType", "senderDomain", "recipientKey", "messageId", "occurredAt");

    /** Reads it of an event's JSON; nothing if that is no event. */
    static Optional<EventHead> read(byte[] json) {
        try {
            Map<String, String> texts = texts(json);
            return Optional.of(new EventHead(
                    new Fingerprint(required(texts, "id")),
                    kind(required(texts, "type"), Optional.ofNullable(texts.get("bounceType"))),
                    new SenderDomain(required(texts, "senderDomain")),
                    Optional.ofNullable(texts.get("recipientKey")).map(RecipientKey::new),
                    required(texts, "messageId"),
                    Instant.parse(required(texts, "occurredAt")).toEpochMilli()));
        } catch (IOException | IllegalArgumentException | DateTimeException | ArithmeticException noEvent) {
            return Optional.empty();
        }
    }

    /** What stands for a message of a domain in keys. */
    static Fingerprint messageHash(String messageId) {
        return Fingerprint.over(List.of(Optional.of(messageId)));
    }

    Fingerprint messageHash() {
        return messageHash(messageId);
    }

    Place place() {
        return new Place(occurredMillis, id, domain.name());
    }

    private static Map<String, String> texts(byte[] json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not an object");
            }
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                if (parser.nextToken() == JsonToken.VALUE_STRING && FIELDS.contains(field)) {
                    texts.put(field, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        }
        return texts;
    }

    private static String required(Map<String, String> texts, String field) {
        return Optional.ofNullable(texts.get(field))
                .orElseThrow(() -> new IllegalArgumentException("an event without " + field));
    }

    private static EventKind kind(String type, Optional<String> bounceType) {
        try {
            return EventKind.of(type, bounceType);
        } catch (IllegalArgumentException ofALaterRelease) {
            return EventKind.UNKNOWN;
        }
    }
}
