package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.SenderDomain;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.Optional;

/**
 * Where an event stands in a list: the newest first, and those of one millisecond by their ids. An id is that of one event of
 * a domain; what two domains are told of one message of one name can have the same. A place names an event, not a number in
 * the list, so it stays where it is while events come in before and behind it.
 *
 * @param occurredMillis when the event happened, in milliseconds since 1970
 * @param id of the event
 * @param domain name of its sender domain
 */
public record Place(long occurredMillis, Fingerprint id, String domain) implements Comparable<Place> {

    /** Of a place, in keys, without its domain. */
    static final int BYTES = Long.BYTES + Fingerprint.BYTES;

    private static final Fingerprint LAST_ID = new Fingerprint("f".repeat(2 * Fingerprint.BYTES));

    private static final byte VERSION = 2;
    private static final int TEXT_CHARS_MAX = 400;
    private static final Comparator<Place> ORDER = Comparator.comparingLong(Place::occurredMillis)
            .reversed()
            .thenComparing(place -> place.id().hex())
            .thenComparing(Place::domain);

    /** Comes before all events that happened earlier, and behind all others. */
    static Place before(Instant time) {
        return new Place(time.toEpochMilli(), LAST_ID, "");
    }

    /** Reads a cursor; nothing if the text is none. */
    public static Optional<Place> ofCursor(String text) {
        if (text.length() > TEXT_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(text);
            return bytes.length > 1 + BYTES && bytes[0] == VERSION
                    ? Optional.of(ofBytes(bytes, 1, text(bytes, 1 + BYTES)))
                            .filter(place -> isDomain(place.domain()))
                            .filter(place -> place.cursor().equals(text))
                    : Optional.empty();
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    private static boolean isDomain(String name) {
        return SenderDomain.of(name)
                .filter(domain -> domain.name().equals(name))
                .isPresent();
    }

    /** The place as an opaque text for a URL. */
    public String cursor() {
        byte[] name = domain.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = ByteBuffer.allocate(1 + BYTES + name.length)
                .put(VERSION)
                .put(bytes())
                .put(name)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Bytes that sort as places of one domain do. */
    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .putLong(~(occurredMillis ^ Long.MIN_VALUE))
                .put(id.bytes())
                .array();
    }

    /** The place whose bytes begin here. */
    static Place ofBytes(byte[] bytes, int from, String domain) {
        long millis = ~ByteBuffer.wrap(bytes).getLong(from) ^ Long.MIN_VALUE;
        int idFrom = from + Long.BYTES;
        return new Place(
                millis, Fingerprint.ofBytes(Arrays.copyOfRange(bytes, idFrom, idFrom + Fingerprint.BYTES)), domain);
    }

    static String text(byte[] bytes, int from) {
        return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
