package dev.mailtide.processor.readmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Up to where somebody has seen the live stream: the next offset of each partition of the events topic.
 *
 * @param next by the number of the partition
 */
public record LiveCursor(List<Long> next) {

    private static final int RADIX = 36;
    private static final Pattern TEXT = Pattern.compile("[0-9a-z]{1,12}(\\.[0-9a-z]{1,12}){0,999}");

    /** Copies the offsets. */
    public LiveCursor {
        next = List.copyOf(next);
    }

    /** Reads the id of an event of the stream; nothing if the text is none. */
    public static Optional<LiveCursor> of(String text) {
        if (!TEXT.matcher(text).matches()) {
            return Optional.empty();
        }
        List<Long> next = new ArrayList<>();
        for (String offset : text.split("\\.", -1)) {
            next.add(Long.parseLong(offset, RADIX));
        }
        return Optional.of(new LiveCursor(next));
    }

    /** The id of an event of the stream. */
    public String text() {
        return next.stream().map(offset -> Long.toString(offset, RADIX)).collect(Collectors.joining("."));
    }
}
