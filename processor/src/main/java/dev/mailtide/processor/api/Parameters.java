package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.Problem;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What a request asks with, by name: the parameters of its URL, or the members of the JSON object that is its body. Whoever
 * reads one that is not as expected throws, and {@link Routes} answers 400 with what was expected.
 */
final class Parameters {

    /** No list has more on a page. */
    static final int LIMIT_MAX = 1_000;

    /** Of a page for which no limit was asked. */
    static final int LIMIT_FALLBACK = 100;

    /** The first time that is read: every later step can count with it. */
    static final Instant TIME_MIN = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final int DATE_CHARS = "2026-04-18".length();

    private final Map<String, String> texts;

    private Parameters(Map<String, String> texts) {
        this.texts = texts;
    }

    /** What a request holds is not as expected. The message says what was expected, and never what was found. */
    static final class UnexpectedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String expected;

        UnexpectedException(String expected) {
            super(expected);
            this.expected = expected;
        }

        /** What is answered. */
        Problem problem() {
            return new Problem(400, "bad-parameter", "A parameter is not as expected", expected);
        }
    }

    /** Those of the URL: these and no others, each once at most. */
    static Parameters of(Context request, Set<String> known) throws UnexpectedException {
        Map<String, String> texts = new HashMap<>();
        for (var parameter : request.queryParamMap().entrySet()) {
            if (!known.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                throw new UnexpectedException(expected(known));
            }
            texts.put(parameter.getKey(), parameter.getValue().get(0));
        }
        return new Parameters(texts);
    }

    private static String expected(Set<String> known) {
        return known.isEmpty()
                ? "Expected no parameters."
                : "Expected each of " + String.join(", ", new TreeSet<>(known))
                        + " once at most, and no other parameter.";
    }

    /** There are none. */
    static void none(Context request) throws UnexpectedException {
        var unused = of(request, Set.of());
    }

    /** The members of an object: {@code limit} is a whole number, all others are texts. Any other is read by nobody. */
    static Parameters ofObject(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(member -> texts.put(member.getKey(), text(member.getKey(), member.getValue())));
        return new Parameters(texts);
    }

    private static String text(String name, JsonNode value) {
        boolean isReadable = name.equals("limit") ? value.isIntegralNumber() : value.isTextual();
        return isReadable ? value.asText() : "";
    }

    boolean has(String name) {
        return texts.containsKey(name);
    }

    /**
     * What stands under this name, if something does.
     *
     * @param reading nothing if a text is not as expected
     */
    <T> Optional<T> read(String name, Function<String, Optional<T>> reading, String expected)
            throws UnexpectedException {
        String text = texts.get(name);
        if (text == null) {
            return Optional.empty();
        }
        Optional<T> value = reading.apply(text);
        if (value.isEmpty()) {
            throw unexpected(name, expected);
        }
        return value;
    }

    /** The same, where something must stand. */
    <T> T required(String name, Function<String, Optional<T>> reading, String expected) throws UnexpectedException {
        return read(name, reading, expected).orElseThrow(() -> unexpected(name, expected));
    }

    private static UnexpectedException unexpected(String name, String expected) {
        return new UnexpectedException(name + ": expected " + expected + ".");
    }

    /** The sender domain in the path. */
    static SenderDomain domainInPath(Context request) throws UnexpectedException {
        return SenderDomain.of(request.pathParam("domain"))
                .orElseThrow(() -> new UnexpectedException("domain: expected a host name."));
    }

    Optional<SenderDomain> domain() throws UnexpectedException {
        return read("domain", SenderDomain::of, "the sender domain, a host name");
    }

    int limit() throws UnexpectedException {
        return limitAsked().orElse(LIMIT_FALLBACK);
    }

    Optional<Integer> limitAsked() throws UnexpectedException {
        return read("limit", Parameters::limit, "a whole number from 1 to " + LIMIT_MAX);
    }

    private static Optional<Integer> limit(String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::valueOf)
                .filter(limit -> limit >= 1 && limit <= LIMIT_MAX);
    }

    <T> Optional<T> cursor(Function<String, Optional<T>> reading) throws UnexpectedException {
        return read("cursor", reading, "the nextCursor of an earlier answer");
    }

    /** A time, cut to milliseconds; a date is its midnight in UTC. */
    Optional<Instant> time(String name) throws UnexpectedException {
        return read(
                name,
                Parameters::timeOf,
                "a date such as 2026-04-18, or a time such as 2026-04-18T20:27:00Z; in a URL, a + in it is written %2B");
    }

    private static Optional<Instant> timeOf(String text) {
        try {
            OffsetDateTime time = text.length() == DATE_CHARS
                    ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text);
            return Optional.of(time.toInstant().truncatedTo(ChronoUnit.MILLIS))
                    .filter(read -> !read.isBefore(TIME_MIN) && !read.isAfter(TIME_MAX));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** Reads what a constructor refuses with an {@link IllegalArgumentException}. */
    static <T> Function<String, Optional<T>> orNone(Function<String, T> constructor) {
        return text -> {
            try {
                return Optional.of(constructor.apply(text));
            } catch (IllegalArgumentException notOne) {
                return Optional.empty();
            }
        };
    }
}
