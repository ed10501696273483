package dev.mailtide.common.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.event.EmailEvent.Details;
import dev.mailtide.common.event.EmailEvent.FromSource;
import dev.mailtide.common.event.EmailEvent.MessageIdSource;
import dev.mailtide.common.event.EmailEvent.MessageRef;
import dev.mailtide.common.event.EmailEvent.OccurredAtSource;
import dev.mailtide.common.event.EmailEvent.Occurrence;
import dev.mailtide.common.event.EmailEvent.Origin;
import dev.mailtide.common.event.EmailEvent.Recipient;
import dev.mailtide.common.event.EmailEvent.Sender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The normalised event as JSON, schema v1: flat, each field only where it has a value. Readers ignore fields that they
 * do not know. The golden files under {@code golden/event/v1} hold every field and must be readable for ever.
 */
public final class EventCodec {

    /** The type of the event's bytes. */
    public static final String CONTENT_TYPE = "application/json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<String, FromSource> FROM_SOURCES = byWireName(FromSource.class);
    private static final Map<String, MessageIdSource> MESSAGE_ID_SOURCES = byWireName(MessageIdSource.class);
    private static final Map<String, OccurredAtSource> OCCURRED_AT_SOURCES = byWireName(OccurredAtSource.class);

    private EventCodec() {}

    /** The event as UTF-8 JSON. Equal events give equal bytes. */
    public static byte[] encode(EmailEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            writeWhat(json, event);
            writeWho(json, event);
            writeWhen(json, event);
            writeDetails(json, event.details());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("encoding an event into memory", e);
        }
        return bytes.toByteArray();
    }

    private static void writeWhat(JsonGenerator json, EmailEvent event) throws IOException {
        json.writeStringField("id", event.id().hex());
        json.writeStringField("type", event.kind().type());
        write(json, "bounceType", event.kind().bounceType());
        json.writeStringField("source", event.origin().source());
        json.writeStringField("provider", event.origin().provider().wireName());
        json.writeStringField("providerEvent", event.providerEvent());
    }

    private static void writeWho(JsonGenerator json, EmailEvent event) throws IOException {
        json.writeStringField("senderDomain", event.sender().domain().name());
        write(json, "from", event.sender().from());
        json.writeStringField("fromSource", wireName(event.sender().fromSource()));
        write(json, "recipient", event.recipient().address());
        write(json, "recipientDomain", event.recipient().domain().map(SenderDomain::name));
        write(json, "recipientKey", event.recipient().key().map(RecipientKey::hex));
        json.writeStringField("messageId", event.message().id());
        json.writeStringField("messageIdSource", wireName(event.message().idSource()));
        write(json, "trackingId", event.message().trackingId());
        write(json, "queueId", event.message().queueId());
        write(json, "providerMessageId", event.message().providerMessageId());
    }

    private static void writeWhen(JsonGenerator json, EmailEvent event) throws IOException {
        json.writeStringField("occurredAt", Times.text(event.occurrence().at()));
        json.writeStringField("occurredAtSource", wireName(event.occurrence().source()));
        json.writeStringField("receivedAt", Times.text(event.origin().receivedAt()));
        json.writeStringField("receiptId", event.origin().receiptId());
    }

    private static void writeDetails(JsonGenerator json, Details details) throws IOException {
        write(json, "subject", details.subject());
        write(json, "reason", details.reason());
        write(json, "smtpCode", details.smtpCode());
        write(json, "url", details.url());
        write(json, "ip", details.ip());
        write(json, "userAgent", details.userAgent());
        if (details.machineOpen().isPresent()) {
            json.writeBooleanField("machineOpen", details.machineOpen().get());
        }
        write(json, "customHeaders", details.customHeaders());
        write(json, "metadata", details.metadata());
        if (!details.truncated().isEmpty()) {
            json.writeArrayFieldStart("truncated");
            for (String field : details.truncated()) {
                json.writeString(field);
            }
            json.writeEndArray();
        }
    }

    private static void write(JsonGenerator json, String field, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(field, value.get());
        }
    }

    private static void write(JsonGenerator json, String field, Map<String, String> values) throws IOException {
        if (values.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, String> entry : new TreeMap<>(values).entrySet()) {
            json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
    }

    /**
     * Reads what {@link #encode} wrote, in this or an earlier release.
     *
     * @throws IllegalArgumentException if the bytes are not such an event
     */
    public static EmailEvent decode(byte[] bytes) {
        JsonNode json;
        try {
            json = JSON.readTree(bytes);
        } catch (IOException e) {
            // The message of Jackson's exception can quote the content, so neither it nor the cause goes on.
            throw new IllegalArgumentException("an event that is not JSON, of " + bytes.length + " bytes");
        }
        return new EmailEvent(
                new Fingerprint(required(json, "id")),
                EventKind.of(required(json, "type"), text(json, "bounceType")),
                required(json, "providerEvent"),
                originOf(json),
                senderOf(json),
                recipientOf(json),
                messageOf(json),
                new Occurrence(time(json, "occurredAt"), valueOf(OCCURRED_AT_SOURCES, json, "occurredAtSource")),
                detailsOf(json));
    }

    private static Origin originOf(JsonNode json) {
        String name = required(json, "provider");
        Provider provider = Provider.named(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("an event of a provider that this release does not know"));
        return new Origin(required(json, "source"), provider, required(json, "receiptId"), time(json, "receivedAt"));
    }

    private static Sender senderOf(JsonNode json) {
        return new Sender(
                new SenderDomain(required(json, "senderDomain")),
                text(json, "from"),
                valueOf(FROM_SOURCES, json, "fromSource"));
    }

    private static Recipient recipientOf(JsonNode json) {
        return new Recipient(
                text(json, "recipient"),
                text(json, "recipientDomain").map(SenderDomain::new),
                text(json, "recipientKey").map(RecipientKey::new));
    }

    private static MessageRef messageOf(JsonNode json) {
        return new MessageRef(
                required(json, "messageId"),
                valueOf(MESSAGE_ID_SOURCES, json, "messageIdSource"),
                text(json, "trackingId"),
                text(json, "queueId"),
                text(json, "providerMessageId"));
    }

    private static Details detailsOf(JsonNode json) {
        List<String> truncated = new ArrayList<>();
        json.path("truncated").forEach(field -> truncated.add(field.asText()));
        return new Details(
                text(json, "subject"),
                text(json, "reason"),
                text(json, "smtpCode"),
                text(json, "url"),
                text(json, "ip"),
                text(json, "userAgent"),
                json.path("machineOpen").isBoolean()
                        ? Optional.of(json.path("machineOpen").booleanValue())
                        : Optional.empty(),
                texts(json.path("customHeaders")),
                texts(json.path("metadata")),
                truncated);
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static String required(JsonNode json, String field) {
        return text(json, field).orElseThrow(() -> new IllegalArgumentException("an event without " + field));
    }

    private static Instant time(JsonNode json, String field) {
        try {
            return Instant.parse(required(json, field));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("an event whose " + field + " is no time");
        }
    }

    private static String wireName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> Map<String, E> byWireName(Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toUnmodifiableMap(EventCodec::wireName, Function.identity()));
    }

    private static <E extends Enum<E>> E valueOf(Map<String, E> byWireName, JsonNode json, String field) {
        E value = byWireName.get(required(json, field));
        if (value == null) {
            throw new IllegalArgumentException("an event whose " + field + " this release does not know");
        }
        return value;
    }
}
