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

    private static final int YEAR_MIN = 1;
    private static final int YEAR_MAX = 9999;

    static ProviderTime read(Optional<String> text, Instant receivedAt) {
        Optional<Instant> at =
                text.flatMap(ProviderTime::parse).filter(time -> !time.isAfter(receivedAt.plus(AHEAD_MAX)));
        return at.isPresent() ? new ProviderTime(text, at) : ABSENT;
    }

    private static Optional<Instant> parse(String text) {
        try {
            OffsetDateTime utc = OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
            boolean hasFourDigitYear = utc.getYear() >= YEAR_MIN && utc.getYear() <= YEAR_MAX;
            return hasFourDigitYear ? Optional.of(utc.toInstant().truncatedTo(ChronoUnit.MILLIS)) : Optional.empty();
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
