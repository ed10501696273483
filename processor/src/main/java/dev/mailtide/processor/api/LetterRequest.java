package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mailtide.processor.deadletter.LetterCursor;
import dev.mailtide.processor.deadletter.LetterFilter;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.normalise.DeadReason;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which dead letters a request means.
 *
 * @param filter which ones
 * @param cursor where an earlier answer ended
 * @param limit how many at most, 1 to 1,000
 */
record LetterRequest(LetterFilter filter, Optional<LetterCursor> cursor, int limit) {

    static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_FALLBACK = 100;

    private static final Set<String> FILTERS = Set.of("reason", "source", "from", "to");
    private static final Set<String> OF_LIST = Set.of("reason", "source", "from", "to", "limit", "cursor");
    private static final Set<String> OF_REPLAY = Set.of("filter", "limit", "cursor", "again");

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    /** What a request holds is not as expected. The message says what was expected, and never what was found. */
    static final class UnexpectedException extends Exception {

        private static final long serialVersionUID = 1L;

        UnexpectedException(String expected) {
            super(expected);
        }
    }

    /** What the body of a replay asks for: these letters, or all that a filter finds. */
    record ReplayRequest(Set<Position> positions, Optional<LetterRequest> found) {}

    /** Reads the parameters of a list. */
    static LetterRequest ofParameters(Map<String, List<String>> parameters) throws UnexpectedException {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            if (!OF_LIST.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                throw new UnexpectedException(Parameters.expected(OF_LIST));
            }
            texts.put(parameter.getKey(), parameter.getValue().get(0));
        }
        return of(texts, LetterFilter.CameBack.INCLUDED);
    }

    /** Reads the body of a replay. */
    static ReplayRequest ofBody(byte[] body) throws UnexpectedException {
        JsonNode json = object(body);
        if (json.has("positions")) {
            requireOnly(json, Set.of("positions"));
            return new ReplayRequest(positions(json.get("positions")), Optional.empty());
        }
        requireOnly(json, OF_REPLAY);
        JsonNode filter = json.path("filter");
        if (!filter.isObject()) {
            throw new UnexpectedException("Expected positions, a list of {partition, offset}, or filter, an object; an"
                    + " empty filter means all.");
        }
        requireOnly(filter, FILTERS);
        Map<String, String> texts = new HashMap<>();
        filter.properties().forEach(member -> texts.put(member.getKey(), textOf(member.getValue())));
        if (json.has("cursor")) {
            texts.put("cursor", textOf(json.get("cursor")));
        }
        if (json.has("limit")) {
            texts.put(
                    "limit",
                    json.get("limit").isIntegralNumber() ? json.get("limit").asText() : "");
        }
        return new ReplayRequest(Set.of(), Optional.of(of(texts, cameBack(json.path("again")))));
    }

    private static LetterFilter.CameBack cameBack(JsonNode again) throws UnexpectedException {
        if (!again.isMissingNode() && !again.isBoolean()) {
            throw new UnexpectedException("again: expected true or false.");
        }
        return again.asBoolean() ? LetterFilter.CameBack.INCLUDED : LetterFilter.CameBack.LEFT_OUT;
    }

    private static JsonNode object(byte[] body) throws UnexpectedException {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (IOException notJson) {
            // Its message quotes the body; what was expected is said below.
        }
        throw new UnexpectedException("Expected one JSON object as the body.");
    }

    private static void requireOnly(JsonNode json, Set<String> known) throws UnexpectedException {
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (!known.contains(member.getKey())) {
                throw new UnexpectedException("Expected no other members than " + new TreeSet<>(known) + " here.");
            }
        }
    }

    private static Set<Position> positions(JsonNode list) throws UnexpectedException {
        Set<Position> positions = new TreeSet<>();
        for (JsonNode item : list) {
            positions.add(Position.of(numberOf(item, "partition") + ":" + numberOf(item, "offset"))
                    .filter(any -> item.size() == 2)
                    .orElseThrow(LetterRequest::unexpectedPositions));
        }
        if (!list.isArray() || list.isEmpty() || list.size() > LIMIT_MAX) {
            throw unexpectedPositions();
        }
        return positions;
    }

    private static UnexpectedException unexpectedPositions() {
        return new UnexpectedException("positions: expected a list of 1 to " + LIMIT_MAX
                + " objects, each with partition and offset as a list of dead letters gives them.");
    }

    private static String numberOf(JsonNode item, String field) {
        return item.path(field).isIntegralNumber() ? item.path(field).asText() : "";
    }

    private static String textOf(JsonNode value) {
        return value.isTextual() ? value.textValue() : "";
    }

    private static LetterRequest of(Map<String, String> texts, LetterFilter.CameBack cameBack)
            throws UnexpectedException {
        LetterFilter filter = new LetterFilter(
                read(texts, "reason", DeadReason::ofCode, "one of " + codes()),
                read(
                        texts,
                        "source",
                        text -> Optional.of(text).filter(name -> name.matches("[a-z0-9-]{1,40}")),
                        "the name of a source, 1 to 40 of a-z 0-9 -"),
                read(texts, "from", LetterRequest::time, "a time as in RFC 3339, for example 2026-04-18T20:27:26Z"),
                read(texts, "to", LetterRequest::time, "a time as in RFC 3339, for example 2026-04-18T20:27:26Z"),
                cameBack);
        int limit = read(texts, "limit", LetterRequest::limit, "a whole number from 1 to " + LIMIT_MAX)
                .orElse(LIMIT_FALLBACK);
        return new LetterRequest(
                filter, read(texts, "cursor", LetterCursor::of, "the nextCursor of an earlier answer"), limit);
    }

    private static <T> Optional<T> read(
            Map<String, String> texts, String name, Function<String, Optional<T>> reading, String expected)
            throws UnexpectedException {
        String text = texts.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Optional<T> value = reading.apply(text);
        if (value.isEmpty()) {
            throw new UnexpectedException(name + ": expected " + expected + ".");
        }
        return value;
    }

    private static Optional<Integer> limit(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(limit -> limit >= 1 && limit <= LIMIT_MAX);
    }

    /** Of a year with four digits, which every later step can count with. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text))
                    .filter(time -> time.getYear() >= 1 && time.getYear() <= 9999)
                    .map(OffsetDateTime::toInstant);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static String codes() {
        return Arrays.stream(DeadReason.values()).map(DeadReason::code).collect(Collectors.joining(", "));
    }
}
