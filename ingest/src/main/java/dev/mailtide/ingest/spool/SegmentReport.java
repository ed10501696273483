package dev.mailtide.ingest.spool;

import java.time.Instant;
import java.util.Optional;

/**
 * What stands in one segment file; never content.
 *
 * @param file its name, below the folder of the spool
 * @param bytes its length
 * @param frames those whose CRC is right
 * @param badParts stretches of bytes that are no frame or that the disk cannot read, a header included; zeros at the end
 *     are not counted
 * @param badBytes their bytes
 * @param setAsideBytes bytes under aside/ that were no frame when they were put there
 * @param oldest when the oldest was received, if any says so
 * @param newest when the newest was
 */
public record SegmentReport(
        String file,
        long bytes,
        long frames,
        long badParts,
        long badBytes,
        long setAsideBytes,
        Optional<Instant> oldest,
        Optional<Instant> newest) {

    /** Whether something in it is not as it was written. */
    public boolean isSick() {
        return badParts > 0;
    }
}
