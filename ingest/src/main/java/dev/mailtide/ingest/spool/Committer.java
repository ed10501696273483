package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.Backlog.Written;
import dev.mailtide.ingest.spool.DiskState.Refusing;
import dev.mailtide.ingest.spool.LockedFolder.GoneException;
import dev.mailtide.ingest.spool.SpoolRefusedException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes what waits, writes it to the open segment, forces once for all of it, and has the
 * futures completed. While a force runs, the next batch gathers by itself.
 *
 * <p>When writing or forcing fails, the segment is never written again: it is cut back to what was durable and sealed, and
 * the batch, which is still in memory, goes to a new one. If that fails, too, or the disk is full, the batch is refused, and
 * so is everything that comes until {@link DiskState} has found out that the disk takes writes again.
 */
final class Committer {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    private static final Duration TICK = Duration.ofMillis(20);
    private static final long BATCH_BYTES_MAX = 8L * 1024 * 1024;
    private static final int GATHER_BYTES = 512 * 1024;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final SpoolFolder folder;
    private final LockedFolder io;
    private final long segmentBytes;
    private final Room room;
    private final Intake intake;
    private final Backlog backlog;
    private final Disposal disposal;
    private final AtomicLong bytesOnDisk;
    private final DiskState disk;
    private final Markers markers = new Markers();
    private final ByteBuffer gathered = ByteBuffer.allocateDirect(GATHER_BYTES);
    private final Thread thread = new Thread(this::run, "spool-writer");
    private long nextNumber;
    private @Nullable SegmentWriter current;
    private long currentNumber;
    private boolean complained;

    Committer(
            SpoolFolder folder,
            LockedFolder io,
            SpoolSettings settings,
            Intake intake,
            Backlog backlog,
            Disposal disposal,
            AtomicLong bytesOnDisk,
            long nextNumber) {
        this.folder = folder;
        this.io = io;
        this.segmentBytes = settings.segmentBytes();
        this.room = new Room(folder, io, settings, bytesOnDisk, disposal);
        this.intake = intake;
        this.backlog = backlog;
        this.disposal = disposal;
        this.bytesOnDisk = bytesOnDisk;
        this.disk = new DiskState(io, bytesOnDisk);
        this.nextNumber = nextNumber;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Why nothing is taken at present, if it is not. */
    Optional<String> problem() {
        Optional<String> ended = thread.isAlive() ? Optional.empty() : Optional.of("the spool is closed");
        return disk.problem().or(() -> ended).or(room::full);
    }

    /** Why a write need not even be queued. */
    Optional<SpoolRefusedException> refusal() {
        return disk.refusing().map(now -> new SpoolRefusedException(now.reason(), now.why()));
    }

    private void run() {
        while (!intake.isClosed() || !intake.isEmpty()) {
            try {
                Optional<Write> first = intake.next(TICK);
                first.ifPresent(this::commit);
                tick();
            } catch (InterruptedException e) {
                // Nobody has reason to; what was accepted must be written all the same.
                LOG.warn("the writer was interrupted, and goes on");
            }
        }
        endSegment();
    }

    private void tick() {
        try {
            lookAround();
            complained = false;
        } catch (RuntimeException | Error e) {
            // A thread that ended would leave posts without an answer.
            if (!complained) {
                LOG.error("this should not have happened; going on", e);
            }
            complained = true;
        }
    }

    private void lookAround() {
        if (current != null && disk.idle().compareTo(IDLE) > 0 && backlog.isDrained(currentNumber)) {
            // So that a process that ends abruptly some time after an outage leaves nothing to be drained again.
            endSegment();
        }
        endSickSegment();
        if (disk.isProbeDue()) {
            probe();
        }
        disk.lookForTheFolder();
        room.look();
    }

    /** What the drainer has found damaged is not to get what will be answered 200. */
    private void endSickSegment() {
        if (current != null && backlog.isSick(currentNumber)) {
            endSegment();
        }
    }

    private void commit(Write first) {
        List<Write> owed = new ArrayList<>(List.of(first));
        try {
            owed.addAll(gatherBehind(first));
            owed = admitted(owed);
            store(owed);
        } catch (RuntimeException | Error e) {
            LOG.error("this should not have happened; {} entries are refused", owed.size(), e);
            intake.refused(owed, Reason.FAILED, "an error of the spool itself");
            abandon();
        } finally {
            disk.answered();
        }
    }

    private List<Write> gatherBehind(Write first) {
        endSickSegment();
        if (current != null && current.position() + first.bytes() > segmentBytes) {
            endSegment();
        }
        long position = current == null ? SegmentHeader.BYTES : current.position();
        return intake.nextUpTo(Math.min(BATCH_BYTES_MAX, segmentBytes - position) - first.bytes());
    }

    /** Those that there is room for; the others are refused. */
    private List<Write> admitted(List<Write> batch) {
        long bytes = batch.stream().mapToLong(Write::bytes).sum() + (current == null ? SegmentHeader.BYTES : 0);
        long free = room.freeFor(bytes);
        if (free >= bytes) {
            return batch;
        }
        free -= current == null ? SegmentHeader.BYTES : 0;
        List<Write> admitted = new ArrayList<>();
        List<Write> refused = new ArrayList<>();
        for (Write write : batch) {
            boolean fits = write.bytes() <= free;
            (fits ? admitted : refused).add(write);
            free -= fits ? write.bytes() : 0;
        }
        intake.refused(
                refused,
                Reason.FULL,
                room.tooSmallFor(SegmentHeader.BYTES + (long) refused.get(0).bytes()));
        return admitted;
    }

    private void store(List<Write> batch) {
        if (batch.isEmpty()) {
            return;
        }
        Optional<Refusing> refusing = disk.refusing();
        if (refusing.isPresent()) {
            refuse(batch, refusing.get());
            return;
        }
        disk.asked();
        Optional<IOException> failure = tryToStore(batch);
        if (failure.isPresent() && DiskState.mayBeOfTheSegment(failure.get())) {
            LOG.warn("writing failed: {}; trying a new segment", failure.get().toString());
            failure = tryToStore(batch);
        }
        failure.ifPresent(e -> refuse(batch, disk.failed(e)));
    }

    private Optional<IOException> tryToStore(List<Write> batch) {
        try {
            SegmentWriter segment = open();
            List<Written> places = new ArrayList<>();
            List<FrameRef> refs = new ArrayList<>();
            long at = segment.position();
            for (Write write : batch) {
                places.add(new Written(at, write.bytes(), write.receivedAt(), write.firstSend()));
                refs.add(new FrameRef(currentNumber, at));
                at += write.bytes();
            }
            segment.write(batch.stream().map(Write::frame).toList());
            segment.force();
            bytesOnDisk.addAndGet(batch.stream().mapToLong(Write::bytes).sum());
            backlog.written(currentNumber, at, places);
            intake.stored(batch, refs);
            return Optional.empty();
        } catch (IOException e) {
            abandon();
            return Optional.of(e);
        }
    }

    private void refuse(List<Write> batch, Refusing now) {
        intake.refused(batch, now.reason(), now.why());
    }

    private void probe() {
        if (disk.refusing().filter(now -> now.reason() == Reason.FULL).isPresent()) {
            room.freeFor(SegmentHeader.BYTES + DiskState.PROBE_BYTES);
        }
        try {
            open().probe(DiskState.PROBE_BYTES);
            disk.probeSucceeded();
        } catch (IOException e) {
            abandon();
            disk.probeFailed();
        }
    }

    /** The segment that is being written, a new one if there is none. */
    private SegmentWriter open() throws IOException {
        if (current != null) {
            return current;
        }
        while (true) {
            long number = nextNumber++;
            Path file = folder.waiting(number);
            try {
                SegmentWriter segment = new SegmentWriter(io, folder.path(), file, markers.next(), gathered);
                bytesOnDisk.addAndGet(SegmentHeader.BYTES);
                currentNumber = number;
                current = segment;
                return segment;
            } catch (FileAlreadyExistsException e) {
                LOG.warn("{} is not of this process; it is drained after the next start", file);
            } catch (GoneException e) {
                throw e;
            } catch (IOException e) {
                // There may be something of it.
                disposal.discard(file, 0);
                throw e;
            }
        }
    }

    /** Never to write to the current segment again, whatever is in it. */
    private void abandon() {
        SegmentWriter sick = current;
        if (sick != null) {
            try {
                sick.cutBack();
            } catch (IOException e) {
                // What is behind the durable part is read by nobody before a restart, and then it is only a repetition.
                LOG.debug("not cut back", e);
            }
            endSegment();
        }
    }

    private void endSegment() {
        SegmentWriter ended = current;
        current = null;
        if (ended == null) {
            return;
        }
        try {
            ended.close();
        } catch (IOException e) {
            LOG.debug("not closed", e);
        }
        if (ended.forced() > SegmentHeader.BYTES) {
            backlog.sealed(currentNumber, ended.forced());
        } else {
            disposal.discard(folder.waiting(currentNumber), SegmentHeader.BYTES);
        }
    }

    /** Waits until everything accepted is written; false if the disk does not let it end within this time. */
    boolean awaitEnd(Duration wait) throws InterruptedException {
        thread.join(wait.toMillis());
        return !thread.isAlive();
    }
}
