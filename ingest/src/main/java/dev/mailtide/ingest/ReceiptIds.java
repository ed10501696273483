package dev.mailtide.ingest;

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

    private final SecureRandom random;

    ReceiptIds(SecureRandom random) {
        this.random = random;
    }

    /** An id for something received at this time. */
    String next(Instant receivedAt) {
        long high = (receivedAt.toEpochMilli() << 16) | VERSION_7 | (random.nextInt() & 0xFFFL);
        long low = VARIANT | (random.nextLong() >>> 2);
        return new UUID(high, low).toString();
    }
}
