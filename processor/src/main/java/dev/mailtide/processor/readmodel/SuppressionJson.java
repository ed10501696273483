package dev.mailtide.processor.readmodel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.Times;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row of a recipient as JSON: the value of a record in the topic of suppressions, schema v1, and what answers are made of. */
final class SuppressionJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String AT = "at";
    private static final String EVENT = "eventId";
    private static final String MESSAGE = "messageHash";
    private static final String AS_OF = "asOf";
    private static final String SOFT_BOUNCES = "softBounces";

    private SuppressionJson() {}

    /** The value of a record. Equal rows give equal bytes. */
    static byte[] encode(Addressee addressee, SuppressionRow row) {
        ObjectNode json = JSON.createObjectNode();
        json.put("domain", addressee.domain().name());
        json.put("recipientKey", addressee.recipient().hex());
        add(json, row);
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Adds what is known; what is not known is not there. */
    static void add(ObjectNode json, SuppressionRow row) {
        json.put(AS_OF, Times.text(Instant.ofEpochMilli(row.asOfMillis())));
        for (SuppressionFact fact : SuppressionFact.values()) {
            row.latest(fact).ifPresent(mark -> put(json.putObject(fact.wireName()), mark));
        }
        if (!row.softBounces().isEmpty()) {
            ArrayNode bounces = json.putArray(SOFT_BOUNCES);
            for (SoftBounce bounce : row.softBounces()) {
                put(bounces.addObject(), bounce.mark())
                        .put(MESSAGE, bounce.message().hex());
            }
        }
    }

    private static ObjectNode put(ObjectNode json, SuppressionMark mark) {
        return json.put(AT, Times.text(Instant.ofEpochMilli(mark.atMillis())))
                .put(EVENT, mark.event().hex());
    }

    /** Reads the value of a record; nothing if it is none of this version. */
    static Optional<SuppressionRow> decode(byte[] value) {
        try {
            return decode(JSON.readTree(value));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }

    /** Reads what {@link #add} has added. */
    static Optional<SuppressionRow> decode(JsonNode json) {
        try {
            Map<SuppressionFact, SuppressionMark> latest = new EnumMap<>(SuppressionFact.class);
            for (SuppressionFact fact : SuppressionFact.values()) {
                if (json.path(fact.wireName()).isObject()) {
                    latest.put(fact, mark(json.path(fact.wireName())));
                }
            }
            List<SoftBounce> bounces = new ArrayList<>();
            for (JsonNode bounce : json.path(SOFT_BOUNCES)) {
                bounces.add(new SoftBounce(new Fingerprint(bounce.path(MESSAGE).asText()), mark(bounce)));
            }
            return Optional.of(new SuppressionRow(latest, bounces, millis(json.path(AS_OF))));
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException anotherVersion) {
            return Optional.empty();
        }
    }

    private static SuppressionMark mark(JsonNode json) {
        return new SuppressionMark(
                millis(json.path(AT)), new Fingerprint(json.path(EVENT).asText()));
    }

    private static long millis(JsonNode time) {
        return Instant.parse(time.asText()).toEpochMilli();
    }
}
