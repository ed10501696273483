package dev.mailtide.ingest.spool;

import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries on the own disk for as long as Kafka does not take them.
 *
 * <h2>Theory of operation</h2>
 *
 * <p><b>The promise.</b> When the future of {@link #append} completes with a place, the entry survives the loss of power,
 * and {@link #poll} gives it, in this process or the next, until {@link #acked} or {@link #setAside} is called for it or
 * its first send turns out to have succeeded. It may be given more often than once, never changed, and nothing is given
 * that was not appended. An entry whose future failed may be given, too: nothing was promised about it.
 *
 * <p><b>Files.</b> Entries are frames ({@link FrameCodec}) in segment files ({@link SegmentHeader}, {@link SpoolFolder}).
 * A segment is written by one process, from front to back, and is never opened for writing again: after a start the first
 * write makes a new one. So there is no tail to repair before the first write, whatever the last process left behind; the
 * torn end of an old segment is found when it is drained. Nothing is written to say that a frame is done: this is kept in
 * memory, and whole segments are deleted ({@link Disposal}). A process that ends therefore drains again what was done of
 * the segments that were not finished; every frame has its receipt id, and whoever reads the raw topic drops repetitions.
 *
 * <p><b>Durable.</b> One thread ({@link Committer}) writes. It takes everything that waits, writes it, forces the file
 * once, and forces the folder, too, if the file is new; only then do futures complete. While it forces, the next batch
 * gathers. After a failed force the kernel may have dropped what it could not write and will say nothing at the next one:
 * so that file is never forced again. It is sealed, and the batch, still in memory, goes to a new one.
 *
 * <p><b>Bounded.</b> Writes that wait are limited in number and bytes ({@link Intake}), the folder by a quota, the disk by a
 * reserve ({@link Room}). Limits are for new writes only: what is there is drained whatever the limits say. Draining writes
 * nothing, so it works on a full disk, and gives room back. Memory does not grow with the backlog: a few numbers for each
 * segment, entries for what is in doubt or handed out, and one bit for a frame that is done before it is read
 * ({@link SegmentState}).
 *
 * <p><b>In doubt.</b> An entry whose first send to Kafka is not decided is left alone, so that a slow cluster is not sent
 * everything twice. This is known to this process only: for the next one, everything in the folder is due.
 *
 * <p><b>Sick parts.</b> What cannot be read never stops anything ({@link SegmentReader} says how it goes on behind it). Its
 * bytes are kept under {@code aside/} ({@link Aside}) beside the frames that Kafka refused for good; where that cannot be
 * written, the whole segment is renamed to there when it is finished.
 *
 * <p><b>A folder that is gone.</b> Moved away while the process runs, it takes the promise with it: what waits can be neither
 * read nor given up. {@link LockedFolder} notices; the spool takes nothing then, forgets nothing, and goes on when the folder
 * is back.
 *
 * <p><b>Threads.</b> {@code spool-writer} writes; {@code spool-answers} completes the futures; {@code spool-keeper} renames
 * and deletes. The drainer brings its own, one, for {@link #poll}; all other methods may be called by any thread.
 */
public final class Spool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);

    private static final long FIRST_FRAME_WITHIN_BYTES = 1024 * 1024;
    private static final Duration KEEPER_PAUSE = Duration.ofMillis(100);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(8);
    private static final Duration ANSWERS_MAX = Duration.ofSeconds(2);

    private final SpoolSettings settings;
    private final FolderLock lock;
    private final AtomicLong bytesOnDisk;
    private final Intake intake;
    private final Disposal disposal;
    private final Backlog backlog;
    private final Aside aside;
    private final Drain drain;
    private final Committer committer;
    private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(Spool::keeperThread);
    private boolean closed;

    /**
     * Takes the folder, and makes it if it is not there. What is in it will be drained; it is not read for this, but for
     * the header of each segment and the first frame.
     *
     * @throws ResourceException if the folder cannot be used, another process uses it, or a newer release wrote it
     */
    public static Spool open(SpoolSettings settings, SpoolIo io) {
        SpoolFolder folder = new SpoolFolder(settings.folder());
        FolderLock lock = FolderLock.take(folder, io);
        try {
            SpoolFolder.Contents contents = folder.list(io);
            refuseNewer(contents, io);
            Spool spool = new Spool(folder, settings, new LockedFolder(folder, io, lock.lock()), lock, contents);
            spool.start(contents, io);
            return spool;
        } catch (IOException e) {
            lock.close();
            throw FolderLock.unusable(folder.path(), e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void refuseNewer(SpoolFolder.Contents contents, SpoolIo io) {
        for (SpoolFolder.Segment segment : contents.waiting().values()) {
            int version = versionOf(segment, io);
            if (version > SegmentHeader.VERSION) {
                throw new ResourceException(segment.file() + " has format " + version + ", and this release knows "
                        + SegmentHeader.VERSION + "; start the newer release to drain it, or set another spool.dir");
            }
        }
    }

    private static int versionOf(SpoolFolder.Segment segment, SpoolIo io) {
        try (SegmentReader reader = new SegmentReader(io.open(segment.file()))) {
            return reader.header().map(SegmentHeader::version).orElse(0);
        } catch (IOException e) {
            // No reason not to start: the drain will see, and say so.
            LOG.debug("cannot read the header of {}", segment.file(), e);
            return 0;
        }
    }

    private Spool(
            SpoolFolder folder,
            SpoolSettings settings,
            LockedFolder io,
            FolderLock lock,
            SpoolFolder.Contents contents) {
        this.settings = settings;
        this.lock = lock;
        this.bytesOnDisk = new AtomicLong(contents.bytes());
        this.intake = new Intake(settings.queue());
        this.disposal = new Disposal(folder, io, settings.grace(), bytesOnDisk);
        this.backlog = new Backlog(disposal::finished);
        this.aside = new Aside(folder, io, settings, bytesOnDisk, contents.nextNumber());
        this.drain = new Drain(folder, io, backlog, aside);
        this.committer =
                new Committer(folder, io, settings, intake, backlog, disposal, bytesOnDisk, contents.nextNumber());
    }

    private void start(SpoolFolder.Contents contents, SpoolIo io) {
        Optional<SpoolFolder.Segment> oldest = contents.waiting().values().stream()
                .filter(segment -> segment.bytes() > SegmentHeader.BYTES)
                .findFirst();
        contents.waiting().values().forEach(backlog::found);
        oldest.ifPresent(segment -> backlog.receivedFirst(segment.number(), firstReceivedAt(segment, io)));
        disposal.adopt(contents.drained());
        if (!contents.noFiles().isEmpty()) {
            LOG.warn(
                    "left alone in the spool folder, since links and folders are no segments: {}; bodies may stand where"
                            + " they lead: drain them there, then move these away",
                    contents.noFiles().stream()
                            .map(segment -> segment.file().toString())
                            .toList());
        }
        if (!contents.foreign().isEmpty()) {
            LOG.warn("left alone in the spool folder: {}", contents.foreign());
        }
        if (!contents.waiting().isEmpty()) {
            LOG.info("{} segments are to be drained", contents.waiting().size());
        }
        committer.start();
        var unused = keeper.scheduleWithFixedDelay(
                this::keep, KEEPER_PAUSE.toMillis(), KEEPER_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Optional<Instant> firstReceivedAt(SpoolFolder.Segment segment, SpoolIo io) {
        long end = Math.min(segment.bytes(), FIRST_FRAME_WITHIN_BYTES);
        try (SegmentReader reader = new SegmentReader(io.open(segment.file()))) {
            return reader.next(end)
                    .filter(SegmentReader.Frame.class::isInstance)
                    .flatMap(part -> FrameCodec.entryOf(((SegmentReader.Frame) part).payload()))
                    .flatMap(SpoolEntry::receivedAt);
        } catch (IOException e) {
            LOG.debug("cannot read the first frame of {}", segment.file(), e);
            return Optional.empty();
        }
    }

    private static Thread keeperThread(Runnable work) {
        Thread thread = new Thread(work, "spool-keeper");
        thread.setDaemon(true);
        return thread;
    }

    private void keep() {
        try {
            disposal.tick();
        } catch (RuntimeException e) {
            // Thrown further, it would end the schedule without a word.
            LOG.error("this should not have happened; trying again", e);
        }
    }

    /**
     * Keeps an entry. Never blocks. The future completes on a thread of the spool, so what hangs on it must be short:
     * with its place as soon as it is durable, else with a {@link SpoolRefusedException}.
     */
    public CompletableFuture<FrameRef> append(SpoolEntry entry) {
        return append(entry, Optional.empty());
    }

    /**
     * The same for an entry that is on its way to Kafka already: it is not due before that send is decided.
     *
     * @param firstSend true: Kafka has it, so it is done; false or an exception: it is due
     */
    public CompletableFuture<FrameRef> append(SpoolEntry entry, CompletableFuture<Boolean> firstSend) {
        return append(entry, Optional.of(firstSend));
    }

    private CompletableFuture<FrameRef> append(SpoolEntry entry, Optional<CompletableFuture<Boolean>> firstSend) {
        Optional<SpoolRefusedException> refusal = committer.refusal();
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(refusal.get());
        }
        CompletableFuture<FrameRef> answer = new CompletableFuture<>();
        intake.offer(new Write(FrameCodec.entry(entry), entry.receivedAt(), firstSend, answer));
        return answer;
    }

    /**
     * The oldest frame that is due, for one thread that drains. It is handed out until its end is reported by
     * {@link #acked}, {@link #again} or {@link #setAside}.
     *
     * @param wait how long to wait for one; zero for not at all
     */
    public Optional<Due> poll(Duration wait) throws InterruptedException {
        return drain.poll(wait);
    }

    /** Kafka has it: it is done. Never blocks. */
    public void acked(FrameRef ref) {
        backlog.acked(ref);
    }

    /** Sending it failed for now: it is due again. Never blocks. */
    public void again(FrameRef ref) {
        backlog.again(ref);
    }

    /**
     * Kafka refuses it for good: its bytes are kept under {@code aside/} with the reason, and it is done. Waits for the
     * disk.
     *
     * @param reason a code or a class, never content
     */
    public void setAside(FrameRef ref, String reason) {
        long bytes = backlog.bytesOf(ref);
        if (bytes > 0) {
            drain.setAside(ref, bytes, reason);
            backlog.acked(ref);
        }
    }

    /** How it stands. */
    public SpoolStatus status() {
        Backlog.Figures left = backlog.figures(drain.frameBytesTypical());
        return new SpoolStatus(
                left.frames(),
                left.estimated(),
                left.bytes(),
                left.framesInDoubt(),
                aside.frames(),
                drain.framesLost(),
                bytesOnDisk.get(),
                settings.bytesMax(),
                left.oldestReceivedAt(),
                committer.problem());
    }

    /**
     * Takes nothing new, writes what was offered before, gives every answer, ends its threads, and gives the folder back.
     * What is not drained stays. Call it when the drainer has ended.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        intake.close();
        backlog.close();
        keeper.shutdown();
        try {
            if (!committer.awaitEnd(CLOSE_MAX)) {
                LOG.error("the disk does not let the spool end; the folder stays locked until the process ends");
                return;
            }
            intake.finish(ANSWERS_MAX);
            var unused = keeper.awaitTermination(ANSWERS_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // So that what was drained last is not drained again.
        keep();
        drain.close();
        aside.close();
        lock.close();
    }
}
