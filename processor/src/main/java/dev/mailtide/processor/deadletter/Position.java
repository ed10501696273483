package dev.mailtide.processor.deadletter;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a record stands in its topic.
 *
 * @param partition 0 or more
 * @param offset 0 or more
 */
public record Position(int partition, long offset) implements Comparable<Position> {

    /** What {@link #of} takes, for messages to people. */
    public static final String EXPECTED = "PARTITION:OFFSET, for example 3:1042";

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}):([0-9]{1,18})");
    private static final Comparator<Position> ORDER =
            Comparator.comparingInt(Position::partition).thenComparingLong(Position::offset);

    /** Refuses what is below zero. */
    public Position {
        if (partition < 0 || offset < 0) {
            throw new IllegalArgumentException("expected 0 or more, found " + partition + ":" + offset);
        }
    }

    /** Reads {@code 3:1042}; nothing if the text is something else. */
    public static Optional<Position> of(String text) {
        Matcher parts = TEXT.matcher(text);
        return parts.matches()
                ? Optional.of(new Position(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
                : Optional.empty();
    }

    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    /** For example {@code 3:1042}. */
    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
