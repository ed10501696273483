package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much more may be taken in: less than the quota in the folder, and the reserve left on the disk. */
final class Room {

    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final SpoolFolder folder;
    private final SpoolIo io;
    private final SpoolSettings settings;
    private final AtomicLong bytesOnDisk;
    private final Disposal disposal;

    Room(SpoolFolder folder, SpoolIo io, SpoolSettings settings, AtomicLong bytesOnDisk, Disposal disposal) {
        this.folder = folder;
        this.io = io;
        this.settings = settings;
        this.bytesOnDisk = bytesOnDisk;
        this.disposal = disposal;
    }

    /** Makes room for so many bytes by ending the grace of drained segments, oldest first; gives the bytes there are. */
    long freeFor(long bytes) {
        // Also without a reserve: what is drained must never be what fills the disk.
        while (Math.min(underQuota(), aboveReserve()) < bytes && disposal.freeOldest()) {
            LOG.debug("a drained segment is given up before its time");
        }
        return free();
    }

    private long free() {
        return settings.reserveBytes() == 0 ? underQuota() : Math.min(underQuota(), aboveReserve());
    }

    private long underQuota() {
        return settings.bytesMax() - bytesOnDisk.get();
    }

    private long aboveReserve() {
        try {
            return io.usableBytes(folder.path()) - settings.reserveBytes();
        } catch (IOException e) {
            // Then the write itself will tell.
            return Long.MAX_VALUE;
        }
    }

    /** Why there is none, for a person. */
    String whyFull() {
        return underQuota() <= aboveReserve() || settings.reserveBytes() == 0
                ? "the spool holds " + bytesOnDisk.get() + " of " + settings.bytesMax() + " bytes (spool.bytes-max)"
                : "its disk has no more than the " + settings.reserveBytes() + " bytes left that it keeps free"
                        + " (spool.reserve-bytes)";
    }
}
