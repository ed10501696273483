package dev.mailtide.processor.normalise;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The time that a provider gives for an event. Both parts are there or neither: a time that is missing, unreadable or in
 * the future counts as absent.
 *
 * @param text as the provider wrote it: part of the event's identity
 * @param at the same as a time, in milliseconds
 */
record ProviderTime(Optional<String> text, Optional<Instant> at) {

    private static final ProviderTime ABSENT = new ProviderTime(Optional.empty(), Optional.empty());

    /** How far a provider's clock may run ahead of ours. */
    private static final Duration AHEAD_MAX = Duration.ofHours(1);

    private static final String USUAL = "0000-00-00T00:00:00.000Z";
    private static final String WITHOUT_MILLIS = "0000-00-00T00:00:00Z";
    private static final int NANOS_PER_MILLI = 1_000_000;
    private static final int YEAR_MIN = 1;
    private static final int YEAR_MAX = 9999;

    static ProviderTime read(Optional<String> text, Instant receivedAt) {
        Optional<Instant> at =
                text.flatMap(ProviderTime::parse).filter(time -> !time.isAfter(receivedAt.plus(AHEAD_MAX)));
        return at.isPresent() ? new ProviderTime(text, at) : ABSENT;
    }

    private static Optional<Instant> parse(String text) {
        try {
            OffsetDateTime utc = isAs(USUAL, text) || isAs(WITHOUT_MILLIS, text)
                    ? usual(text)
                    : OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            boolean hasFourDigitYear = utc.getYear() >= YEAR_MIN && utc.getYear() <= YEAR_MAX;
            return hasFourDigitYear ? Optional.of(utc.toInstant().truncatedTo(ChronoUnit.MILLIS)) : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    /** What providers write but for a few is read without the JDK's parser, which is slow. A 0 stands for any digit. */
    private static boolean isAs(String form, String text) {
        if (text.length() != form.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char found = text.charAt(i);
            char expected = form.charAt(i);
            if (expected == '0' ? found < '0' || found > '9' : found != expected) {
                return false;
            }
        }
        return true;
    }

    private static OffsetDateTime usual(String text) {
        return OffsetDateTime.of(
                number(text, 0, 4),
                number(text, 5, 7),
                number(text, 8, 10),
                number(text, 11, 13),
                number(text, 14, 16),
                number(text, 17, 19),
                text.length() == USUAL.length() ? number(text, 20, 23) * NANOS_PER_MILLI : 0,
                ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
