package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Times;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Buckets of the series of a domain, schema v1, as topics and answers show them; what none of the domain's sources reports
 * is null. An answer has thousands of them, and every event changes six, so no tree is made of them.
 */
final class SeriesJson {

    private static final JsonFactory JSON = new JsonFactory();

    private static final SerializedString START = new SerializedString("start");
    private static final SerializedString EVENTS = new SerializedString("events");
    private static final SerializedString MESSAGES = new SerializedString("messages");
    private static final SerializedString TOTAL = new SerializedString("total");
    private static final Map<EventKind, SerializedString> KINDS = names(EventKind.class, EventKind::counter);
    private static final Map<Standing, SerializedString> STANDINGS = names(Standing.class, Standing::wireName);

    private final Set<EventKind> reported = EnumSet.noneOf(EventKind.class);

    /** @param totals say which sources the domain has */
    SeriesJson(Totals totals) {
        for (EventKind kind : EventKind.values()) {
            if (totals.canReport(kind)) {
                reported.add(kind);
            }
        }
    }

    private static <E extends Enum<E>> Map<E, SerializedString> names(Class<E> type, Function<E, String> name) {
        Map<E, SerializedString> names = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            names.put(constant, new SerializedString(name.apply(constant)));
        }
        return names;
    }

    /** As it stands in a topic. */
    byte[] bytes(long startMillis, Bucket bucket) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder();
                JsonGenerator json = JSON.createGenerator(bytes)) {
            write(json, startMillis, bucket);
            json.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    /** As one more value of an answer. */
    void write(JsonGenerator json, long startMillis, Bucket bucket) throws IOException {
        json.writeStartObject();
        json.writeFieldName(START);
        json.writeString(Times.text(Instant.ofEpochMilli(startMillis)));
        json.writeFieldName(EVENTS);
        json.writeStartObject();
        for (Map.Entry<EventKind, SerializedString> kind : KINDS.entrySet()) {
            write(json, kind.getValue(), kind.getKey(), bucket.events().of(kind.getKey()));
        }
        json.writeEndObject();
        json.writeFieldName(MESSAGES);
        json.writeStartObject();
        json.writeFieldName(TOTAL);
        json.writeNumber(bucket.messages().sum());
        for (Map.Entry<Standing, SerializedString> standing : STANDINGS.entrySet()) {
            long number = bucket.messages().of(standing.getKey());
            write(json, standing.getValue(), standing.getKey().reportedBy(), number);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** What nobody reports is null: a 0 would say that it did not happen. */
    private void write(JsonGenerator json, SerializedString name, EventKind reportedBy, long number)
            throws IOException {
        json.writeFieldName(name);
        if (reported.contains(reportedBy)) {
            json.writeNumber(number);
        } else {
            json.writeNull();
        }
    }
}
