package dev.mailtide.common.settings;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that can be set: its key, what it means, what it is when nobody sets it, and what it may be.
 *
 * @param key for example {@code ingest.port}
 * @param fallback the default, as it would be written; empty if it must be set, or may be left out
 * @param kind whether it is a secret, and whether it may be left out
 * @param expected what is asked of the value, in words, for error messages and the documentation
 * @param meaning one sentence for the documentation
 * @param parser from the text to the value; empty if the text is not acceptable
 */
public record Setting<T>(
        String key, Optional<String> fallback, Kind kind, String expected, String meaning, Parser<T> parser) {

    /** How a setting is treated. */
    public enum Kind {
        /** It has a default, and may be printed. */
        PLAIN,
        /** It must be set, may stand in a file of its own, and is never printed. */
        SECRET,
        /** The same, but it may be left out. */
        OPTIONAL_SECRET
    }

    /** From the text of a setting to its value. */
    @FunctionalInterface
    public interface Parser<T> {
        /** The value, or nothing if the text is not acceptable. */
        Optional<T> parse(String text);
    }

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

    /** A whole number within these bounds. */
    public static Setting<Integer> number(String key, int fallback, int least, int most, String meaning) {
        String expected = "a whole number from " + least + " to " + most;
        return plain(key, Integer.toString(fallback), expected, meaning, text -> wholeNumber(text, least, most));
    }

    /** A number of bytes within these bounds, in full. */
    public static Setting<Long> bytes(String key, long fallback, long least, long most, String meaning) {
        String expected = "a number of bytes from " + least + " to " + most;
        return plain(key, Long.toString(fallback), expected, meaning, text -> bytesWithin(text, least, most));
    }

    /** A TCP port. */
    public static Setting<Integer> port(String key, int fallback, String meaning) {
        return number(key, fallback, 1, 65_535, meaning);
    }

    /** A length of time such as {@code 200ms}, {@code 10s}, {@code 5m}, {@code 2h}, {@code 35d}, within bounds. */
    public static Setting<Duration> duration(
            String key, String fallback, Duration least, Duration most, String meaning) {
        String expected = "a time such as 200ms, 10s, 5m, 2h, 35d, from " + text(least) + " to " + text(most);
        return plain(key, fallback, expected, meaning, text -> durationWithin(text, least, most));
    }

    /** A text that matches a pattern, with a default. */
    public static Setting<String> text(String key, String fallback, TextRule rule, String meaning) {
        return plain(key, fallback, rule.expected(), meaning, rule::accept);
    }

    /** A list of texts, divided by commas, each matching a pattern. */
    public static Setting<List<String>> list(String key, String fallback, TextRule rule, String meaning) {
        String expected = "a list divided by commas, each " + rule.expected();
        return plain(key, fallback, expected, meaning, text -> listOf(text, rule));
    }

    /** Anything that has a default and a parser of its own. */
    public static <T> Setting<T> plain(String key, String fallback, String expected, String meaning, Parser<T> parser) {
        return new Setting<>(key, Optional.of(fallback), Kind.PLAIN, expected, meaning, parser);
    }

    /** A secret that must be set. */
    public static Setting<Secret> secret(String key, TextRule rule, String meaning) {
        return secret(key, Kind.SECRET, rule, meaning);
    }

    /** A secret that may be left out. What is given must be good all the same: an empty one is a problem. */
    public static Setting<Secret> optionalSecret(String key, TextRule rule, String meaning) {
        return secret(key, Kind.OPTIONAL_SECRET, rule, meaning);
    }

    private static Setting<Secret> secret(String key, Kind kind, TextRule rule, String meaning) {
        return new Setting<>(
                key,
                Optional.empty(),
                kind,
                rule.expected(),
                meaning,
                text -> rule.accept(text).map(Secret::new));
    }

    /** Whether this holds a secret: then it may also be given as a file, and is never printed. */
    public boolean isSecret() {
        return kind != Kind.PLAIN;
    }

    /** Whether nothing at all is a good value. */
    public boolean isOptional() {
        return kind == Kind.OPTIONAL_SECRET;
    }

    /**
     * What a text must look like.
     *
     * @param expected the same in words
     */
    public record TextRule(Pattern pattern, String expected) {

        /** A rule from a regular expression that the whole text must match. */
        public static TextRule matching(String regex, String expected) {
            return new TextRule(Pattern.compile(regex), expected);
        }

        Optional<String> accept(String text) {
            return pattern.matcher(text).matches() ? Optional.of(text) : Optional.empty();
        }
    }

    private static Optional<Integer> wholeNumber(String text, int least, int most) {
        return Optional.of(text)
                .filter(digits -> digits.matches("-?[0-9]{1,9}"))
                .map(Integer::valueOf)
                .filter(value -> value >= least && value <= most);
    }

    private static Optional<Long> bytesWithin(String text, long least, long most) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,18}"))
                .map(Long::valueOf)
                .filter(value -> value >= least && value <= most);
    }

    private static Optional<Duration> durationWithin(String text, Duration least, Duration most) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Duration value = parsed(matcher.group(1), matcher.group(2));
        return value.compareTo(least) >= 0 && value.compareTo(most) <= 0 ? Optional.of(value) : Optional.empty();
    }

    private static Duration parsed(String amount, String unit) {
        return Duration.of(Long.parseLong(amount), unitOf(unit));
    }

    private static ChronoUnit unitOf(String unit) {
        return switch (unit) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }

    private static Optional<List<String>> listOf(String text, TextRule rule) {
        List<String> items =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        boolean allGood = items.stream().allMatch(item -> rule.accept(item).isPresent());
        return allGood && items.stream().distinct().count() == items.size() ? Optional.of(items) : Optional.empty();
    }

    private static String text(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        return duration.toDaysPart() > 0 && duration.toSeconds() % 86_400 == 0
                ? duration.toDays() + "d"
                : duration.toSeconds() + "s";
    }
}
