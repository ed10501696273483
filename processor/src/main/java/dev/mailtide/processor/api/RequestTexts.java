package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mailtide.common.event.SenderDomain;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The texts of a request, by name: parameters of its URL, or members of the JSON object in its body. */
final class RequestTexts {

    static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_FALLBACK = 100;
    private static final int DATE_CHARS = "2026-04-18".length();

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    private final Map<String, String> texts;

    private RequestTexts(Map<String, String> texts) {
        this.texts = texts;
    }

    /** What a request holds is not as expected. The message says what was expected, and never what was found. */
    static final class UnexpectedException extends Exception {

        private static final long serialVersionUID = 1L;

        UnexpectedException(String expected) {
            super(expected);
        }
    }

    /** Parameters, each of these once at most. */
    static RequestTexts ofParameters(Map<String, List<String>> parameters, Set<String> known)
            throws UnexpectedException {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            if (!known.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                throw new UnexpectedException(
                        "Expected each of " + new TreeSet<>(known) + " once at most, and no other parameter.");
            }
            texts.put(parameter.getKey(), parameter.getValue().get(0));
        }
        return new RequestTexts(texts);
    }

    /** The members of an object that are texts or whole numbers; any other is an empty text, which nothing reads. */
    static RequestTexts ofObject(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(member -> texts.put(member.getKey(), textOf(member.getValue())));
        return new RequestTexts(texts);
    }

    private static String textOf(JsonNode value) {
        return value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
    }

    /** The one JSON object that a body is, with none but these members. */
    static JsonNode object(byte[] body, Set<String> known) throws UnexpectedException {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (IOException notJson) {
            // Its message quotes the body.
            throw new UnexpectedException("Expected one JSON object as the body.");
        }
        if (!json.isObject()) {
            throw new UnexpectedException("Expected one JSON object as the body.");
        }
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            if (!known.contains(member.getKey())) {
                throw new UnexpectedException("Expected no other members than " + new TreeSet<>(known) + ".");
            }
        }
        return json;
    }

    boolean has(String name) {
        return texts.containsKey(name);
    }

    /** What stands under this name, if something does. */
    <T> Optional<T> read(String name, Function<String, Optional<T>> reading, String expected)
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

    SenderDomain domain() throws UnexpectedException {
        String expected = "the sender domain, a host name";
        return read("domain", SenderDomain::of, expected)
                .orElseThrow(() -> new UnexpectedException("domain: expected " + expected + "."));
    }

    int limit() throws UnexpectedException {
        return read("limit", RequestTexts::limit, "a whole number from 1 to " + LIMIT_MAX)
                .orElse(LIMIT_FALLBACK);
    }

    private static Optional<Integer> limit(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(limit -> limit >= 1 && limit <= LIMIT_MAX);
    }

    /** A time, cut to milliseconds. */
    Optional<Instant> time(String name) throws UnexpectedException {
        return read(
                name,
                RequestTexts::timeOf,
                "a date such as 2026-04-18, or a time such as 2026-04-18T20:27:00Z; in a URL, a + in it is written %2B");
    }

    private static Optional<Instant> timeOf(String text) {
        try {
            OffsetDateTime time = text.length() == DATE_CHARS
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text);
            return Optional.of(time)
                    .filter(any -> any.getYear() >= 1 && any.getYear() <= 9998)
                    .map(any -> any.toInstant().truncatedTo(ChronoUnit.MILLIS));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
