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

    byte[] bytes() {
        byte[] name = domain.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(name.length + 2 + Long.BYTES)
                .put(name)
                .put((byte) 0)
                .put((byte) size.wireName().charAt(0))
                .putLong(startMillis)
                .array();
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
