package dev.mailtide.common.privacy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Does to an event's JSON what {@link EventPolicy#of} does to the event. Only the fields that the policy is about are looked
 * at: those of a later release pass, and an event that this release could not read as a whole is no obstacle.
 */
public final class EventJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader TREE = JSON.reader();

    private static final List<String> QUOTING = List.of("providerEvent", "reason", "smtpCode", "url");
    private static final String CUSTOM_HEADERS = "customHeaders";
    private static final String TRUNCATED = "truncated";

    private final EventPolicy policy;
    private final ObjectNode json;

    private EventJson(EventPolicy policy, ObjectNode json) {
        this.policy = policy;
        this.json = json;
    }

    /** The event as the place may hold it; nothing for what is no JSON object, since nobody can tell what stands in it. */
    public static Optional<byte[]> of(EventPolicy policy, byte[] event) {
        try {
            JsonNode json = TREE.readTree(event);
            if (!(json instanceof ObjectNode object)) {
                return Optional.empty();
            }
            new EventJson(policy, object).apply();
            return Optional.of(JSON.writeValueAsBytes(object));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    private void apply() {
        Optional<String> subject = text(json, "subject");
        Set<String> truncated = new HashSet<>();
        json.path(TRUNCATED).forEach(field -> truncated.add(field.asText()));
        Quotations ofRecipient = policy.quotationsOfRecipient(text(json, "recipient"), truncated);
        Quotations quotations = policy.quotations(text(json, "recipient"), subject, truncated);
        if (!policy.tellsRecipientDomain()) {
            json.remove("recipientDomain");
        }
        set("recipient", policy.recipient().ofAddress(text(json, "recipient")));
        set("subject", policy.subject().of(subject.map(ofRecipient::without), Mask.TEXT));
        QUOTING.forEach(field -> set(field, text(json, field).map(quotations::without)));
        set("ip", policy.ip().of(text(json, "ip"), Mask.IP));
        set(
                "userAgent",
                policy.userAgent().of(text(json, "userAgent"), Mask.TEXT).map(quotations::without));
        change(CUSTOM_HEADERS, headers -> {
            Map<String, String> kept = new TreeMap<>();
            if (!policy.putHeaders(quotations.without(headers), kept)) {
                noteCutHeaders();
            }
            return kept;
        });
        change("metadata", quotations::without);
    }

    private void set(String field, Optional<String> value) {
        value.ifPresentOrElse(text -> json.put(field, text), () -> json.remove(field));
    }

    private void change(String field, UnaryOperator<Map<String, String>> change) {
        if (!(json.get(field) instanceof ObjectNode object)) {
            return;
        }
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(member -> texts.put(member.getKey(), member.getValue().asText()));
        Map<String, String> changed = change.apply(texts);
        object.removeAll();
        changed.forEach(object::put);
        if (changed.isEmpty()) {
            json.remove(field);
        }
    }

    private void noteCutHeaders() {
        for (JsonNode noted : json.withArray(TRUNCATED)) {
            if (noted.asText().equals(CUSTOM_HEADERS)) {
                return;
            }
        }
        json.withArray(TRUNCATED).add(CUSTOM_HEADERS);
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.path(field);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
