package dev.mailtide.ingest.spool;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first bytes of a segment file: {@code MAILTIDE}, format version (4), 0 (4), marker (8), CRC32C over all that (4), and
 * 0 (4).
 *
 * @param version of the format of the whole file
 * @param marker random bytes that stand in front of every frame of this file: what a body looks like can then never be
 *     taken for a frame
 */
record SegmentHeader(int version, long marker) {

    static final int BYTES = 32;
    /** What this release writes. */
    static final int VERSION = 1;

    private static final long MAGIC = 0x4D41_494C_5449_4445L;
    private static final int CHECKED_BYTES = 24;

    ByteBuffer encoded() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(version).putInt(0).putLong(marker);
        return bytes.putInt(checksum(bytes)).putInt(0).flip();
    }

    /** Nothing if these bytes are no header. */
    static Optional<SegmentHeader> decoded(ByteBuffer bytes) {
        if (bytes.limit() < BYTES || bytes.getLong(0) != MAGIC || bytes.getInt(CHECKED_BYTES) != checksum(bytes)) {
            return Optional.empty();
        }
        return Optional.of(new SegmentHeader(bytes.getInt(8), bytes.getLong(16)));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().position(0).limit(CHECKED_BYTES));
        return (int) crc.getValue();
    }
}
