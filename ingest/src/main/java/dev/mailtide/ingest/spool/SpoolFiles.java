package dev.mailtide.ingest.spool;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.ingest.spool.SegmentReader.Frame;
import dev.mailtide.ingest.spool.SegmentReader.Part;
import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What a person can ask about a spool folder, or do with it, while no process uses it. Reads it whole; changes nothing in it. */
public final class SpoolFiles {

    /** What is copied is in memory twice, as it was read and as it will be written. */
    private static final QueueLimits AT_ONCE = new QueueLimits(256, 64L * 1024 * 1024);

    private final SpoolFolder folder;
    private final SpoolIo io;

    /** Of this folder, which need not be one. */
    public SpoolFiles(Path folder, SpoolIo io) {
        this.folder = new SpoolFolder(folder);
        this.io = io;
    }

    /** The pid of the process that uses the folder, if one does. */
    public Optional<String> user() {
        try {
            io.share(folder.lock()).close();
            return Optional.empty();
        } catch (SpoolIo.InUseException e) {
            return Optional.ofNullable(e.getMessage());
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    /**
     * What stands in each segment, oldest first, those set aside last. While a process uses the folder, the last frames of
     * its newest segment may look torn, and a segment that it puts away meanwhile is left out.
     *
     * @throws ResourceException if there is no spool
     */
    public List<SegmentReport> inspect() {
        try {
            List<SegmentReport> reports = new ArrayList<>();
            for (SpoolFolder.Segment segment : segments()) {
                reportIfThere(segment).ifPresent(reports::add);
            }
            return reports;
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    /**
     * The same, but nothing may be torn: no process may use the folder.
     *
     * @throws ResourceException if there is no spool, or it is in use
     */
    public List<SegmentReport> verify() {
        requireSpool();
        FolderLock lock = FolderLock.share(folder, io);
        try {
            return inspect();
        } finally {
            lock.close();
        }
    }

    /**
     * What was copied.
     *
     * @param frames entries that are in the other folder now
     * @param segments segments that were to be drained
     * @param sickSegments those of them in which something is bad
     * @param asideSegments segments under aside/
     * @param badBytes bytes that are no frame or that the disk cannot read; they stay behind
     */
    public record Salvaged(long frames, int segments, int sickSegments, int asideSegments, long badBytes) {}

    /**
     * Copies every good frame that Kafka may not have, of segments to be drained and of those set aside, to a spool of its
     * own. No more is on the way at once than the queue of the other folder takes.
     *
     * @throws ResourceException if there is no spool, one of the two is in use or in the other, or the other one does not
     *     take it all
     */
    public Salvaged salvage(SpoolSettings target) {
        requireSpool();
        if (absolute(target.folder()).startsWith(absolute(folder.path()))) {
            throw new ResourceException(target.folder() + " is in " + folder.path() + "; name a folder outside of it");
        }
        FolderLock lock = FolderLock.share(folder, io);
        try (Spool spool = Spool.open(target, io)) {
            if (spool.status().bytesOnDisk() > 0) {
                throw new ResourceException("there is a spool in " + target.folder() + " already; name a new folder");
            }
            SpoolFolder.Contents contents = folder.list(io);
            List<SpoolFolder.Segment> segments = new ArrayList<>(contents.aside());
            segments.addAll(contents.waiting().values());
            long frames = 0;
            int sick = 0;
            long badBytes = 0;
            for (SpoolFolder.Segment segment : segments) {
                SegmentReport report = SegmentCheck.report(folder, segment, io);
                frames += report.frames() == 0 ? 0 : copy(segment, spool, target.queue());
                sick += report.isSick() && !contents.aside().contains(segment) ? 1 : 0;
                badBytes += report.badBytes() + report.setAsideBytes();
            }
            return new Salvaged(
                    frames, contents.waiting().size(), sick, contents.aside().size(), badBytes);
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        } finally {
            lock.close();
        }
    }

    private static Path absolute(Path folder) {
        return folder.toAbsolutePath().normalize();
    }

    /**
     * Asks that the folder is a spool.
     *
     * @throws ResourceException if there is none
     */
    public void requireSpool() {
        try {
            segments();
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    /**
     * What a drain could not do away with.
     *
     * @param inPlace segments that are to be drained, still or again: they could not be moved or deleted
     * @param aside segments under {@code aside/}
     */
    public record Left(int inPlace, int aside) {

        /** Whether all is on Kafka. */
        public boolean isNothing() {
            return inPlace == 0 && aside == 0;
        }
    }

    /** What is left; ask when no process uses the folder any more. */
    public Left left() {
        try {
            SpoolFolder.Contents contents = folder.list(io);
            return new Left(contents.waiting().size(), contents.aside().size());
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    /**
     * What stands under {@code aside/}.
     *
     * @param frames bodies that can be read, so that a salvage would copy them
     * @param badBytes bytes that are no frame, or that the disk cannot read
     */
    public record SetAside(long frames, long badBytes) {}

    /** What stands under {@code aside/}; ask when no process uses the folder any more. */
    public SetAside setAside() {
        try {
            long frames = 0;
            long badBytes = 0;
            for (SpoolFolder.Segment segment : folder.list(io).aside()) {
                SegmentReport report = SegmentCheck.report(folder, segment, io);
                frames += report.frames();
                badBytes += report.badBytes() + report.setAsideBytes();
            }
            return new SetAside(frames, badBytes);
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    /** Links and folders that have the name of a segment, below the folder. They are never followed, changed or deleted. */
    public List<String> noSegments() {
        try {
            return folder.list(io).noFiles().stream()
                    .map(found -> folder.path().relativize(found.file()).toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FolderLock.unreadable(folder.path(), e);
        }
    }

    private List<SpoolFolder.Segment> segments() throws IOException {
        List<SpoolFolder.Segment> segments = folder.list(io).segments();
        if (segments.isEmpty()) {
            requireEmptySpool();
        }
        return segments;
    }

    /** Whoever names the folder above the spool must not be told that all is well there. */
    private void requireEmptySpool() throws IOException {
        SpoolFolder below = new SpoolFolder(folder.path().resolve("spool"));
        if (below.isSpool(io)) {
            throw new ResourceException("there is no spool in " + folder.path() + ", but in " + below.path());
        }
        if (!folder.isSpool(io)) {
            throw new ResourceException("there is no spool in " + folder.path());
        }
    }

    private Optional<SegmentReport> reportIfThere(SpoolFolder.Segment segment) throws IOException {
        try {
            return Optional.of(SegmentCheck.report(folder, segment, io));
        } catch (NoSuchFileException putAwayMeanwhile) {
            return Optional.empty();
        }
    }

    private long copy(SpoolFolder.Segment segment, Spool spool, QueueLimits atOnce) throws IOException {
        long frames = 0;
        long bytes = 0;
        List<CompletableFuture<FrameRef>> waiting = new ArrayList<>();
        try (SegmentReader reader = new SegmentReader(new PatchedFile(io.open(segment.file())))) {
            Optional<Part> part = reader.next(segment.bytes());
            while (part.isPresent()) {
                if (part.get() instanceof Frame frame) {
                    if (waiting.size() >= atOnce.framesMax() || bytes + frame.bytes() > atOnce.bytesMax()) {
                        frames += settle(waiting);
                        bytes = 0;
                    }
                    FrameCodec.entryOf(frame.payload()).map(spool::append).ifPresent(waiting::add);
                    bytes += frame.bytes();
                }
                part = reader.next(segment.bytes());
            }
        }
        return frames + settle(waiting);
    }

    private static long settle(List<CompletableFuture<FrameRef>> waiting) {
        try {
            waiting.forEach(CompletableFuture::join);
            return waiting.size();
        } catch (CompletionException e) {
            throw new ResourceException(
                    "not everything could be copied: "
                            + String.valueOf(
                                    e.getCause() == null ? e : e.getCause().getMessage())
                            + "; delete what was copied, and name a folder with more room",
                    e);
        } finally {
            waiting.clear();
        }
    }

    /** Settings for a spool that is only filled: no quota, no reserve. */
    public static SpoolSettings unlimited(Path target) {
        return new SpoolSettings(target, Long.MAX_VALUE / 2, 0, 64L * 1024 * 1024, Duration.ZERO, AT_ONCE);
    }
}
