package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What can never be drained but must not be lost: frames that Kafka refused for good, and bytes that are no frame. They go
 * to segment files of their own under {@code aside/}, forced one by one, since they are rare and what they come from is
 * deleted next. Where that fails or would exceed the quota, the caller keeps the whole segment instead, which needs no disk.
 */
final class Aside implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Aside.class);

    private static final int GATHER_BYTES = 64 * 1024;

    private final SpoolFolder folder;
    private final SpoolIo io;
    private final SpoolSettings settings;
    private final AtomicLong bytesOnDisk;
    private final Markers markers = new Markers();
    private final AtomicLong frames = new AtomicLong();
    private long nextNumber;
    private @Nullable SegmentWriter writer;
    /** What the segment that is being written is called, from before it is made. */
    private @Nullable Path file;

    Aside(SpoolFolder folder, SpoolIo io, SpoolSettings settings, AtomicLong bytesOnDisk, long nextNumber) {
        this.folder = folder;
        this.io = io;
        this.settings = settings;
        this.bytesOnDisk = bytesOnDisk;
        this.nextNumber = nextNumber;
    }

    /** Frames and bad parts set aside since the start. */
    long frames() {
        return frames.get();
    }

    /** Counts one that stays in its segment, which is kept whole. */
    void countKept() {
        frames.incrementAndGet();
    }

    /** Appends a frame of kind REFUSED or BAD. True if it is durable; false if the disk or the quota does not allow it. */
    synchronized boolean append(ByteBuffer frame) {
        int bytes = frame.limit() + SegmentHeader.BYTES;
        if (bytesOnDisk.get() + bytes > settings.bytesMax()) {
            return false;
        }
        try {
            SegmentWriter target = writer == null ? open() : writer;
            writer = target;
            long before = target.forced();
            target.write(List.of(frame));
            target.force();
            bytesOnDisk.addAndGet(target.forced() - before);
            frames.incrementAndGet();
            if (target.position() >= settings.segmentBytes()) {
                close();
            }
            return true;
        } catch (IOException e) {
            LOG.warn("cannot write under {}: {}; keeping whole segments instead", folder.aside(), e.toString());
            giveUp();
            return false;
        }
    }

    private SegmentWriter open() throws IOException {
        io.createFolders(folder.aside());
        io.forceFolder(folder.path());
        Path begun = folder.asideLog(nextNumber++);
        file = begun;
        try {
            return new SegmentWriter(
                    io, folder.aside(), begun, markers.next(), ByteBuffer.allocateDirect(GATHER_BYTES));
        } catch (FileAlreadyExistsException e) {
            // Not ours to delete; the next one has another name.
            file = null;
            throw e;
        }
    }

    private void giveUp() {
        SegmentWriter sick = writer;
        Path begun = file;
        try {
            if (sick != null && sick.forced() > 0) {
                sick.cutBack();
            } else if (begun != null) {
                io.delete(begun);
            }
        } catch (IOException e) {
            LOG.debug("not cut back", e);
        }
        close();
    }

    @Override
    public synchronized void close() {
        SegmentWriter open = writer;
        writer = null;
        file = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("not closed", e);
            }
        }
    }
}
