package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one segment from front to back, in memory that does not depend on its length. Where no good frame stands, it looks
 * byte by byte for the next place where the marker of this segment stands before a length and bytes with the right CRC, and
 * gives what lies between as one bad part. A body cannot look like a frame: its sender does not know the marker.
 *
 * <p>A header that cannot be read costs nothing but itself: the marker stands in front of each frame, too, and
 * {@link MarkerSearch} finds it there. Where it does not, the whole segment is one bad part.
 */
final class SegmentReader implements AutoCloseable {

    /** What stands in a segment. */
    sealed interface Part {

        /** Where it begins, in bytes. */
        long offset();

        /** Its length. */
        long bytes();
    }

    /**
     * A frame whose CRC is right.
     *
     * @param payload valid until the next part is read
     */
    record Frame(long offset, long bytes, ByteBuffer payload) implements Part {}

    /** Bytes that are no frame. */
    record Bad(long offset, long bytes) implements Part {}

    private static final Logger LOG = LoggerFactory.getLogger(SegmentReader.class);

    private final SpoolFile file;
    private final FrameWindow window;
    private final Optional<SegmentHeader> header;
    private OptionalLong marker;

    /** Up to where there is no frame to take a marker from. */
    private long searchedTo;

    private long position = SegmentHeader.BYTES;

    /** Owns the file. */
    SegmentReader(SpoolFile file) {
        this.file = file;
        this.window = new FrameWindow(file);
        this.header = headerIn(window);
        this.marker = header.map(found -> OptionalLong.of(found.marker())).orElseGet(OptionalLong::empty);
    }

    private static Optional<SegmentHeader> headerIn(FrameWindow window) {
        try {
            // Not a byte more: what lies behind may be in the middle of being written.
            return SegmentHeader.decoded(window.bytesAt(0, SegmentHeader.BYTES));
        } catch (IOException e) {
            // The frames may be readable all the same; if they are not, that will be said.
            LOG.debug("cannot read a header", e);
            return Optional.empty();
        }
    }

    /** Nothing if it cannot be read. */
    Optional<SegmentHeader> header() {
        return header;
    }

    /** Where the next part begins. */
    long position() {
        return position;
    }

    /** Goes to where a frame is known to begin. */
    void moveTo(long offset) {
        position = offset;
    }

    /** The next part that begins before this end; nothing behind the last one. */
    Optional<Part> next(long end) throws IOException {
        if (position >= end) {
            return Optional.empty();
        }
        if (marker.isEmpty() && end > searchedTo) {
            marker = new MarkerSearch(window, end).from(position);
            searchedTo = end;
        }
        Optional<Frame> frame = frameAt(position, end);
        if (frame.isPresent()) {
            position += frame.get().bytes();
            return Optional.of(frame.get());
        }
        long from = position;
        position = marker.isPresent() ? nextFrameAfter(from, end) : end;
        return Optional.of(new Bad(from, position - from));
    }

    private Optional<Frame> frameAt(long at, long end) throws IOException {
        if (end - at < FrameCodec.HEAD_BYTES
                || window.fill(at, FrameCodec.HEAD_BYTES, end) < FrameCodec.HEAD_BYTES
                || !(markerStandsAt(at) || isFirstBehindLostHeader(at))) {
            return Optional.empty();
        }
        return window.payloadAt(at, end)
                .map(payload -> new Frame(at, FrameCodec.HEAD_BYTES + payload.remaining(), payload));
    }

    /** What has taken the header may have taken the marker behind it, too; no body can stand there. */
    private boolean isFirstBehindLostHeader(long at) {
        return header.isEmpty() && at == SegmentHeader.BYTES;
    }

    private long nextFrameAfter(long from, long end) throws IOException {
        long at = from + 1;
        while (end - at >= FrameCodec.HEAD_BYTES) {
            int there = window.fill(at, FrameCodec.HEAD_BYTES, end);
            if (there < FrameCodec.HEAD_BYTES) {
                return end;
            }
            if (markerStandsAt(at) && window.payloadAt(at, end).isPresent()) {
                return at;
            }
            at++;
        }
        return end;
    }

    private boolean markerStandsAt(long at) {
        return marker.isPresent() && window.longAt(at) == marker.getAsLong();
    }

    /** Whether these bytes are all 0, as a file system leaves them behind a length that it had noted already. */
    boolean isEmpty(Bad part) throws IOException {
        return window.isEmpty(part.offset(), part.offset() + part.bytes());
    }

    /** Whether the file ends before this part does. */
    boolean isCut(Bad part) throws IOException {
        return file.bytes() < part.offset() + part.bytes();
    }

    /** A copy of bytes of the file, as many as there are. */
    ByteBuffer copy(long at, int bytes) throws IOException {
        return window.copy(at, bytes);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
