package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.Times;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Which bucket of which domain. Its bytes are those of the domain, a zero, the initial of the size, and eight bytes of
 * start: so the rows of one series stand together, in order of time.
 *
 * @param domain the sender domain
 * @param size minute, hour or day
 * @param startMillis where the bucket begins, in milliseconds since 1970; 0 or more, since older ones are never kept
 */
record SeriesKey(String domain, BucketSize size, long startMillis) {

    /** The bucket of this size in which a time lies. */
    static SeriesKey at(String domain, BucketSize size, long millis) {
        return new SeriesKey(domain, size, size.startOf(millis));
    }

    // Looked up nine times for each event; what a record has by itself goes through method handles, field by field.
    @Override
    public boolean equals(Object other) {
        return other instanceof SeriesKey key
                && startMillis == key.startMillis
                && size == key.size
                && domain.equals(key.domain);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * domain.hashCode() + size.hashCode()) + Long.hashCode(startMillis);
    }

    byte[] bytes() {
        byte[] name = domain.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 2 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .put((byte) size.wireName().charAt(0))
                .putLong(startMillis)
                .array();
    }

    /** Before all keys of a domain, in order of their bytes. */
    static byte[] first(String domain) {
        return bounded(domain, (byte) 0);
    }

    /** Behind all keys of a domain, and before those of every other one. */
    static byte[] last(String domain) {
        return bounded(domain, (byte) 1);
    }

    private static byte[] bounded(String domain, byte end) {
        byte[] name = domain.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 1).put(name).put(end).array();
    }

    /** The key of these bytes, which are of a bucket of this domain. */
    static SeriesKey of(String domain, byte[] bytes) {
        byte initial = bytes[bytes.length - Long.BYTES - 1];
        for (BucketSize size : BucketSize.values()) {
            if (size.wireName().charAt(0) == initial) {
                return new SeriesKey(domain, size, startOf(bytes));
            }
        }
        throw new IllegalArgumentException("expected the initial of minute, hour or day, found the byte " + initial);
    }

    /** The start in the bytes of a key. */
    static long startOf(byte[] bytes) {
        return ByteBuffer.wrap(bytes).getLong(bytes.length - Long.BYTES);
    }

    /** The key in the topic. */
    String text() {
        return domain + "|" + size.wireName() + "|" + Times.text(Instant.ofEpochMilli(startMillis));
    }
}
