package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** How much more may be taken in: less than the quota in the folder, and the reserve left on the disk. For the writer. */
final class Room {

    /** What an ordinary body needs: one that is larger may find no room while the spool takes all others. */
    private static final long ORDINARY_BYTES = 64L * 1024;

    private final SpoolFolder folder;
    private final SpoolIo io;
    private final SpoolSettings settings;
    private final AtomicLong bytesOnDisk;
    private final Disposal disposal;
    private long bytesWanted = 1;
    private volatile Optional<String> full = Optional.empty();

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
        boolean freed = true;
        while (freed && Math.min(underQuota(), aboveReserve()) < bytes) {
            freed = disposal.freeOldest();
        }
        return settings.reserveBytes() == 0 ? underQuota() : Math.min(underQuota(), aboveReserve());
    }

    /** Takes note that so many bytes were refused; gives why, for a person. */
    String tooSmallFor(long bytes) {
        String why = whyFull();
        bytesWanted = Math.min(bytes, ORDINARY_BYTES);
        full = Optional.of(why);
        return why;
    }

    /** Looks whether an ordinary body would be taken by now, if one was refused. */
    void look() {
        full = freeFor(bytesWanted) < bytesWanted ? Optional.of(whyFull()) : Optional.empty();
        bytesWanted = full.isEmpty() ? 1 : bytesWanted;
    }

    /** Why there is none, if there is none; for any thread. */
    Optional<String> full() {
        return full;
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

    private String whyFull() {
        return underQuota() <= aboveReserve() || settings.reserveBytes() == 0
                ? "the spool holds " + bytesOnDisk.get() + " of " + settings.bytesMax() + " bytes (spool.bytes-max)"
                : "its disk has no more than the " + settings.reserveBytes() + " bytes left that it keeps free"
                        + " (spool.reserve-bytes)";
    }
}
