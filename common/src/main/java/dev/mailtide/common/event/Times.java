package dev.mailtide.common.event;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as they stand in topics and answers: RFC 3339, UTC, always with milliseconds. */
public final class Times {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Times() {}

    /** For example {@code 2026-04-18T20:27:26.001Z}. */
    public static String text(Instant time) {
        return RFC_3339.format(time);
    }
}
