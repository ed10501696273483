package dev.mailtide.testkit.fold;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** When an event happened; the text is absent where the provider gave no time that can be believed. */
record EventTime(Optional<String> text, Instant occurredAt) {

    private static final Instant YEAR_1 = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");
    private static final Duration AHEAD_MAX = Duration.ofHours(1);

    static EventTime of(Optional<String> text, Instant receivedAt) {
        Optional<Instant> said = text.flatMap(EventTime::parsed)
                .filter(time -> !time.isBefore(YEAR_1) && time.isBefore(YEAR_10000))
                .filter(time -> !time.isAfter(receivedAt.plus(AHEAD_MAX)));
        return said.isPresent() ? new EventTime(text, said.get()) : new EventTime(Optional.empty(), receivedAt);
    }

    private static Optional<Instant> parsed(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MILLIS));
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }
}
