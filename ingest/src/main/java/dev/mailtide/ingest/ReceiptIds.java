package dev.mailtide.ingest;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * Ids for accepted requests: UUID version 7 (RFC 9562 5.7), that is 48 bits of milliseconds and 74 random bits. Given
 * once, before anything is stored, and kept through every resend and replay. Safe for use by several threads.
 */
final class ReceiptIds {

    private static final long VERSION_7 = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    /** Asked for at once, since each question goes to the operating system under a lock. */
    private static final int BYTES_AT_ONCE = 1_200;

    private static final int BYTES_FOR_ONE = Integer.BYTES + Long.BYTES;

    private final SecureRandom random;
    private final ThreadLocal<ByteBuffer> left = ThreadLocal.withInitial(() -> ByteBuffer.allocate(0));

    ReceiptIds(SecureRandom random) {
        this.random = random;
    }

    /** An id for something received at this time. */
    String next(Instant receivedAt) {
        ByteBuffer bytes = left.get();
        if (bytes.remaining() < BYTES_FOR_ONE) {
            byte[] fresh = new byte[BYTES_AT_ONCE];
            random.nextBytes(fresh);
            bytes = ByteBuffer.wrap(fresh);
            left.set(bytes);
        }
        long high = (receivedAt.toEpochMilli() << 16) | VERSION_7 | (bytes.getInt() & 0xFFFL);
        long low = VARIANT | (bytes.getLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
