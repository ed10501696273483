package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SegmentReader.Bad;
import dev.mailtide.ingest.spool.SegmentReader.Frame;
import dev.mailtide.ingest.spool.SegmentReader.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Optional;

/** Reads one segment to the end, whatever the disk and the bytes are like, and counts what stands in it. */
final class SegmentCheck {

    private long frames;
    private long badParts;
    private long badBytes;
    private long setAsideBytes;
    private Optional<Instant> oldest = Optional.empty();
    private Optional<Instant> newest = Optional.empty();

    private SegmentCheck() {}

    /**
     * What stands in this segment.
     *
     * @throws NoSuchFileException if it is gone
     * @throws AccessDeniedException if it is somebody else's, which says nothing about it
     */
    static SegmentReport report(SpoolFolder folder, SpoolFolder.Segment segment, SpoolIo io) throws IOException {
        SegmentCheck check = new SegmentCheck();
        try (SegmentReader reader = new SegmentReader(new PatchedFile(io.open(segment.file())))) {
            check.readAll(reader, segment.bytes());
        } catch (NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (IOException notEvenOpened) {
            check = new SegmentCheck();
            check.bad(segment.bytes());
        }
        return new SegmentReport(
                folder.path().relativize(segment.file()).toString(),
                segment.bytes(),
                check.frames,
                check.badParts,
                check.badBytes,
                check.setAsideBytes,
                check.oldest,
                check.newest);
    }

    private void readAll(SegmentReader reader, long bytes) throws IOException {
        if (reader.header().isEmpty() && bytes > 0) {
            bad(Math.min(bytes, SegmentHeader.BYTES));
        }
        Optional<Part> part = reader.next(bytes);
        while (part.isPresent()) {
            if (part.get() instanceof Frame frame) {
                good(frame.payload());
            } else if (part.get() instanceof Bad bad && !reader.isEmpty(bad)) {
                bad(bad.bytes());
            }
            part = reader.next(bytes);
        }
    }

    private void bad(long bytes) {
        badParts++;
        badBytes += bytes;
    }

    private void good(ByteBuffer payload) {
        if (payload.get(0) == FrameCodec.BAD) {
            setAsideBytes += payload.remaining() - 1 - 2 * Long.BYTES;
            return;
        }
        frames++;
        Optional<Instant> received = FrameCodec.entryOf(payload).flatMap(SpoolEntry::receivedAt);
        oldest = received.filter(at -> oldest.isEmpty() || at.isBefore(oldest.get()))
                .or(() -> oldest);
        newest = received.filter(at -> newest.isEmpty() || at.isAfter(newest.get()))
                .or(() -> newest);
    }
}
