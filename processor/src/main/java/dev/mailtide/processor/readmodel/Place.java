package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where an event stands in a list: the newest first, and those of one millisecond by their ids. It names an event, not a
 * number in the list, so it stays where it is while events come in before and behind it.
 *
 * @param occurredMillis when the event happened, in milliseconds since 1970
 * @param id of the event
 */
public record Place(long occurredMillis, Fingerprint id) implements Comparable<Place> {

    static final int BYTES = Long.BYTES + Fingerprint.BYTES;

    /** Of the last event of its millisecond. */
    static final Fingerprint LAST_ID = new Fingerprint("f".repeat(2 * Fingerprint.BYTES));

    private static final byte VERSION = 1;
    private static final int TEXT_CHARS = (1 + BYTES) * 4 / 3 + 1;
    private static final Comparator<Place> ORDER = Comparator.comparingLong(Place::occurredMillis)
            .reversed()
            .thenComparing(place -> place.id().hex());

    /** Reads a cursor; nothing if the text is none. */
    public static Optional<Place> ofCursor(String text) {
        if (text.length() != TEXT_CHARS) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes[0] == VERSION
                    ? Optional.of(ofBytes(bytes, 1))
                            .filter(place -> place.cursor().equals(text))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    /** The place as an opaque text for a URL. */
    public String cursor() {
        byte[] bytes = ByteBuffer.allocate(1 + BYTES).put(VERSION).put(bytes()).array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Bytes that sort as places do. */
    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(~(occurredMillis ^ Long.MIN_VALUE))
                .put(id.bytes())
                .array();
    }

    /** The place whose bytes begin here. */
    static Place ofBytes(byte[] bytes, int from) {
        long millis = ~ByteBuffer.wrap(bytes).getLong(from) ^ Long.MIN_VALUE;
        int idFrom = from + Long.BYTES;
        return new Place(millis, Fingerprint.ofBytes(Arrays.copyOfRange(bytes, idFrom, idFrom + Fingerprint.BYTES)));
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
