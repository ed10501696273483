package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.Backlog.Again;
import dev.mailtide.ingest.spool.Backlog.ReadOn;
import dev.mailtide.ingest.spool.Backlog.Step;
import dev.mailtide.ingest.spool.SegmentReader.Bad;
import dev.mailtide.ingest.spool.SegmentReader.Frame;
import dev.mailtide.ingest.spool.SegmentReader.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is due, for one thread. It has one file open, that of the oldest segment with something to read, and reads it
 * from front to back; only what is due again is read once more out of order.
 *
 * <p>What is no frame goes to {@link Aside}, and the reading goes on behind it. A disk that cannot be read is asked again a
 * few times; then the segment is kept whole and the rest of it left, since the next ones may be good, and a disk that is
 * dying would hold them up with every further stretch. {@link SpoolFiles#salvage} reads the rest.
 */
final class Drain {

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int BAD_BYTES_AT_ONCE = 1024 * 1024;

    private final SpoolFolder folder;
    private final SpoolIo io;
    private final Backlog backlog;
    private final Aside aside;
    private final AtomicLong framesRead = new AtomicLong();
    private final AtomicLong bytesRead = new AtomicLong();
    private final AtomicLong framesLost = new AtomicLong();
    private final ReadFailures failures = new ReadFailures();
    private @Nullable SegmentReader reader;
    private long readerSegment;
    private boolean folderGone;
    private long lostLast;
    private long lostOfLast;

    Drain(SpoolFolder folder, SpoolIo io, Backlog backlog, Aside aside) {
        this.folder = folder;
        this.io = io;
        this.backlog = backlog;
        this.aside = aside;
    }

    /** The length of the frames read so far, or a guess. */
    long frameBytesTypical() {
        return framesRead.get() == 0 ? 1024 : Math.max(1, bytesRead.get() / framesRead.get());
    }

    /** Frames whose segment was taken away or cut off by somebody, estimated for one that an earlier process wrote. */
    long framesLost() {
        return framesLost.get();
    }

    /** The next that is due; nothing if there is none within this time. */
    Optional<Due> poll(Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (true) {
            letGo();
            Optional<Step> step = backlog.next(deadline);
            if (step.isEmpty()) {
                return Optional.empty();
            }
            Optional<Due> due = tryToRead(step.get(), deadline);
            if (due.isPresent() || (folderGone && deadline - System.nanoTime() <= 0)) {
                return due;
            }
        }
    }

    /** A finished segment is deleted, but its bytes stay on the disk for as long as it is open. */
    private void letGo() {
        if (reader != null && !backlog.holds(readerSegment)) {
            close();
        }
    }

    private Optional<Due> tryToRead(Step step, long deadline) throws InterruptedException {
        try {
            Optional<Due> due =
                    step instanceof Again once ? readOnce(once) : step instanceof ReadOn on ? readOn(on) : none();
            failures.over();
            folderGone = false;
            return due;
        } catch (IOException e) {
            close();
            folderGone = e instanceof LockedFolder.GoneException;
            // That the folder is gone, the writer says. What is due is still due when it is back.
            if (!folderGone) {
                failed(step, e);
            }
            long left = deadline - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(left, PAUSE.toNanos())));
            return Optional.empty();
        }
    }

    private static Optional<Due> none() {
        return Optional.empty();
    }

    private Optional<Due> readOn(ReadOn step) throws IOException {
        SegmentReader source = open(step.segment());
        source.moveTo(step.from());
        Optional<Part> part = source.next(step.end());
        if (part.isEmpty()) {
            return Optional.empty();
        }
        FrameRef ref = new FrameRef(step.segment(), part.get().offset());
        Optional<SpoolEntry> entry = part.get() instanceof Frame frame ? entryOf(frame) : Optional.empty();
        if (entry.isEmpty()) {
            readBad(source, new Bad(part.get().offset(), part.get().bytes()), ref);
            return Optional.empty();
        }
        framesRead.incrementAndGet();
        bytesRead.addAndGet(part.get().bytes());
        return backlog.read(ref, part.get().bytes(), entry.get().receivedAt())
                ? Optional.of(new Due(ref, entry.get()))
                : Optional.empty();
    }

    private Optional<Due> readOnce(Again step) throws IOException {
        Optional<SpoolEntry> entry = entryAt(step.ref(), step.bytes());
        backlog.readAgain(step.ref());
        if (entry.isEmpty()) {
            LOG.error(
                    "a frame of segment {} has become unreadable; its segment is kept",
                    step.ref().segment());
            backlog.needed(step.ref().segment());
            aside.countKept();
            backlog.acked(step.ref());
        }
        return entry.map(found -> new Due(step.ref(), found));
    }

    /** Keeps a frame that Kafka refuses: under aside/, or else with its whole segment. For any thread. */
    void setAside(FrameRef ref, long bytes, String reason) {
        boolean written = false;
        try {
            Optional<SpoolEntry> entry = entryAt(ref, bytes);
            written = entry.isPresent() && aside.append(FrameCodec.refused(ref, reason, entry.get()));
        } catch (IOException e) {
            LOG.warn("cannot read segment {}: {}", ref.segment(), e.toString());
        }
        if (!written) {
            backlog.needed(ref.segment());
            aside.countKept();
        }
        LOG.warn("a frame of segment {} was refused for good and is set aside: {}", ref.segment(), reason);
    }

    /** The entry of a frame that was read before; nothing if it is no longer good. */
    private Optional<SpoolEntry> entryAt(FrameRef ref, long bytes) throws IOException {
        try (SegmentReader source = new SegmentReader(io.open(folder.waiting(ref.segment())))) {
            source.moveTo(ref.offset());
            Optional<Part> part = source.next(ref.offset() + bytes);
            return part.isPresent() && part.get() instanceof Frame frame ? entryOf(frame) : Optional.empty();
        }
    }

    private static Optional<SpoolEntry> entryOf(Frame frame) {
        return frame.payload().get(0) == FrameCodec.ENTRY ? FrameCodec.entryOf(frame.payload()) : Optional.empty();
    }

    private SegmentReader open(long segment) throws IOException {
        if (reader != null && readerSegment == segment) {
            return reader;
        }
        close();
        SegmentReader opened = new SegmentReader(io.open(folder.waiting(segment)));
        reader = opened;
        readerSegment = segment;
        return opened;
    }

    private void readBad(SegmentReader source, Bad bad, FrameRef ref) throws IOException {
        if (source.isCut(bad)) {
            cut(ref);
            return;
        }
        setBadAside(source, bad, ref);
        backlog.readBad(ref, bad.bytes());
    }

    /** Somebody has cut off the end of a segment. What there may be of a frame is kept with the whole file. */
    private void cut(FrameRef from) {
        backlog.needed(from.segment());
        long frames = backlog.lost(from.segment(), frameBytesTypical());
        framesLost.addAndGet(frames);
        LOG.error(
                "segment {} is cut off at byte {} or behind, and Kafka may not have {} bodies of it that were answered 200;"
                        + " the rest of it is kept",
                from.segment(),
                from.offset(),
                frames);
    }

    private void setBadAside(SegmentReader source, Bad bad, FrameRef ref) throws IOException {
        if (source.isEmpty(bad)) {
            return;
        }
        LOG.warn("segment {}: {} bytes at {} are no frame; set aside", ref.segment(), bad.bytes(), ref.offset());
        long end = bad.offset() + bad.bytes();
        for (long at = bad.offset(); at < end; at += BAD_BYTES_AT_ONCE) {
            ByteBuffer bytes = source.copy(at, (int) Math.min(BAD_BYTES_AT_ONCE, end - at));
            if (!aside.append(FrameCodec.bad(new FrameRef(ref.segment(), at), bytes))) {
                backlog.needed(ref.segment());
                aside.countKept();
                return;
            }
        }
    }

    private void failed(Step step, IOException e) {
        long segment = step instanceof Again once ? once.ref().segment() : step instanceof ReadOn on ? on.segment() : 0;
        ReadFailures.Verdict verdict = failures.after(e);
        if (verdict == ReadFailures.Verdict.TRY_AGAIN_AND_SAY_SO) {
            LOG.warn("cannot read segment {}: {}; trying again", segment, e.toString());
        }
        if (verdict != ReadFailures.Verdict.GIVE_UP) {
            return;
        }
        if (e instanceof NoSuchFileException) {
            lost(segment);
            return;
        }
        LOG.error("segment {} {}; going on with the next", segment, keptFrom(step));
        backlog.needed(segment);
        if (step instanceof Again once) {
            backlog.readAgain(once.ref());
            backlog.acked(once.ref());
        } else if (step instanceof ReadOn on) {
            backlog.readBad(new FrameRef(segment, on.from()), on.end() - on.from());
        }
        aside.countKept();
    }

    /** Somebody has deleted the file of a segment, or moved it away. */
    private void lost(long segment) {
        long frames = backlog.lost(segment, frameBytesTypical());
        framesLost.addAndGet(frames);
        lostOfLast = lostLast == segment ? lostOfLast + frames : frames;
        if (lostLast != segment) {
            LOG.error(
                    "segment {} is gone, and Kafka may not have {} bodies of it that were answered 200; going on with the"
                            + " next. If the file is somewhere else, drain it from there in a folder of its own",
                    segment,
                    frames);
        } else if (frames > 0) {
            LOG.error("segment {} is gone: {} bodies of it by now", segment, lostOfLast);
        }
        lostLast = segment;
    }

    private static String keptFrom(Step step) {
        return step instanceof ReadOn on
                ? "cannot be read at byte " + on.from() + ", and is kept from there; its good frames can be salvaged"
                : "cannot be read any more, and is kept; its good frames can be salvaged";
    }

    void close() {
        SegmentReader open = reader;
        reader = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                LOG.debug("not closed", e);
            }
        }
    }
}
