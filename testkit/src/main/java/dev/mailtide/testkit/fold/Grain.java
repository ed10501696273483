package dev.mailtide.testkit.fold;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** How fine a series is, and for how long it is kept. */
enum Grain {
    MINUTE(ChronoUnit.MINUTES, Duration.ofDays(2)),
    HOUR(ChronoUnit.HOURS, Duration.ofDays(90)),
    DAY(ChronoUnit.DAYS, Duration.ofDays(730));

    private final ChronoUnit unit;
    private final Duration retention;

    Grain(ChronoUnit unit, Duration retention) {
        this.unit = unit;
        this.retention = retention;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    Instant startOf(Instant time) {
        return time.truncatedTo(unit);
    }

    boolean keepsAt(Instant asOf, Instant start) {
        return start.plus(unit.getDuration()).isAfter(asOf.minus(retention));
    }
}
