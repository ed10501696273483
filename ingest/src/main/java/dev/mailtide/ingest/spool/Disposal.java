package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of segments in which nothing is left to be drained: they are renamed, kept for the grace, and deleted. It
 * writes nothing, so it needs no free disk, and it forces nothing: a segment that a crash brings back is drained again,
 * which is legal. What fails is tried again at the next {@link #tick}.
 */
final class Disposal {

    private static final Logger LOG = LoggerFactory.getLogger(Disposal.class);

    /** Empty files that cannot be deleted at present; more are left for the next start. */
    private static final int DISCARDED_MAX = 1000;

    /** A segment in which nothing is left. */
    private record Finished(long number, long bytes, Fate fate) {}

    /** A file that goes when its time has come. */
    private record Kept(Path file, long bytes, long untilNanos) {}

    private final SpoolFolder folder;
    private final SpoolIo io;
    private final Duration grace;
    private final AtomicLong bytesOnDisk;
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
    private final Queue<Kept> discarded = new ConcurrentLinkedQueue<>();

    /** By time; guarded by this, as is every change of files. */
    private final Deque<Kept> kept = new ArrayDeque<>();

    private volatile boolean complained;

    Disposal(SpoolFolder folder, SpoolIo io, Duration grace, AtomicLong bytesOnDisk) {
        this.folder = folder;
        this.io = io;
        this.grace = grace;
        this.bytesOnDisk = bytesOnDisk;
    }

    /** Segments that were drained by an earlier process: their grace begins anew, since nobody noted when it began. */
    synchronized void adopt(List<SpoolFolder.Segment> drained) {
        drained.forEach(segment -> kept.add(new Kept(segment.file(), segment.bytes(), graceEnds())));
    }

    /** Nothing is left to drain in this segment. Never blocks. */
    void finished(long number, long bytes, Fate fate) {
        finished.add(new Finished(number, bytes, fate));
    }

    /** A file with nothing in it, if it is there. Never blocks. */
    void discard(Path file, long bytes) {
        if (discarded.size() < DISCARDED_MAX) {
            discarded.add(new Kept(file, bytes, 0));
        }
    }

    /** Does what is due. */
    synchronized void tick() {
        boolean well = true;
        for (int i = finished.size(); i > 0; i--) {
            Finished next = finished.remove();
            if (!putAway(next)) {
                finished.add(next);
                well = false;
            }
        }
        for (int i = discarded.size(); i > 0; i--) {
            Kept next = discarded.remove();
            if (!delete(next)) {
                discarded.add(next);
                well = false;
            }
        }
        while (!kept.isEmpty() && kept.peek().untilNanos() - io.nanoTime() <= 0 && well) {
            well = freeOldest();
        }
        complained = complained && !well;
    }

    /** Deletes the drained segment that was kept longest, however long that is; false if there is none or it failed. */
    synchronized boolean freeOldest() {
        Kept oldest = kept.peek();
        if (oldest == null || !delete(oldest)) {
            return false;
        }
        kept.remove();
        return true;
    }

    private boolean putAway(Finished segment) {
        Path file = folder.waiting(segment.number());
        if (segment.fate() == Fate.LET_GO && grace.isZero()) {
            return delete(new Kept(file, segment.bytes(), 0));
        }
        try {
            if (segment.fate() == Fate.KEEP_WHOLE) {
                io.createFolders(folder.aside());
                io.rename(file, folder.asideWhole(segment.number()));
            } else {
                io.rename(file, folder.drained(segment.number()));
                kept.add(new Kept(folder.drained(segment.number()), segment.bytes(), graceEnds()));
            }
            return true;
        } catch (NoSuchFileException goneAlready) {
            bytesOnDisk.addAndGet(-segment.bytes());
            return true;
        } catch (IOException e) {
            complain(file, e);
            return false;
        }
    }

    private boolean delete(Kept file) {
        try {
            io.delete(file.file());
            bytesOnDisk.addAndGet(-file.bytes());
            return true;
        } catch (IOException e) {
            complain(file.file(), e);
            return false;
        }
    }

    private long graceEnds() {
        return io.nanoTime() + grace.toNanos();
    }

    private void complain(Path file, IOException e) {
        // That the folder is gone, the writer says; it is all tried again when it is back.
        if (!complained && !(e instanceof LockedFolder.GoneException)) {
            complained = true;
            LOG.warn("cannot rename or delete {}: {}; trying again until it works", file, e.toString());
        }
    }
}
