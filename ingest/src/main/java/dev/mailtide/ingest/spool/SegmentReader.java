package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads one segment from front to back, in memory that does not depend on its length. Where no good frame stands, it looks
 * byte by byte for the next place where the marker of this segment stands before a length and bytes with the right CRC, and
 * gives what lies between as one bad part. A body cannot look like a frame: its sender does not know the marker.
 *
 * <p>A header that cannot be read costs nothing but itself: the marker stands in front of the first frame, too, and is
 * believed if that frame is good. Where both are lost, the whole segment is one bad part.
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

    private static final int WINDOW_BYTES = 256 * 1024;
    private static final int MARKER_BYTES = 8;

    private final SpoolFile file;
    private final Optional<SegmentHeader> header;
    private final long marker;
    private long position = SegmentHeader.BYTES;

    /** What has been read ahead: the bytes from {@code windowAt} on. */
    private byte[] window = new byte[0];

    private long windowAt;
    private int windowBytes;

    /** Owns the file, also if this fails. */
    SegmentReader(SpoolFile file) throws IOException {
        this.file = file;
        try {
            // Not a byte more: what lies behind may be in the middle of being written.
            this.header = SegmentHeader.decoded(bytesAt(0, SegmentHeader.BYTES));
            this.marker = header.isPresent()
                    ? header.get().marker()
                    : firstMarker(bytesAt(SegmentHeader.BYTES, MARKER_BYTES));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private ByteBuffer bytesAt(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = file.read(bytes, at + bytes.position());
        }
        return bytes.flip();
    }

    private static long firstMarker(ByteBuffer firstBytes) {
        return firstBytes.remaining() < MARKER_BYTES ? 0 : firstBytes.getLong();
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
        Optional<Frame> frame = frameAt(position, end);
        if (frame.isPresent()) {
            position += frame.get().bytes();
            return Optional.of(frame.get());
        }
        long from = position;
        position = nextFrameAfter(from, end);
        return Optional.of(new Bad(from, position - from));
    }

    private Optional<Frame> frameAt(long at, long end) throws IOException {
        if (end - at < FrameCodec.HEAD_BYTES || fill(at, FrameCodec.HEAD_BYTES, end) < FrameCodec.HEAD_BYTES) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.wrap(window, (int) (at - windowAt), FrameCodec.HEAD_BYTES);
        long foundMarker = head.getLong();
        int payloadBytes = head.getInt();
        int checksum = head.getInt();
        int frameBytes = FrameCodec.HEAD_BYTES + payloadBytes;
        if (foundMarker != marker
                || payloadBytes <= 0
                || payloadBytes > FrameCodec.PAYLOAD_BYTES_MAX
                || frameBytes > end - at
                || fill(at, frameBytes, end) < frameBytes) {
            return Optional.empty();
        }
        int payloadAt = (int) (at - windowAt) + FrameCodec.HEAD_BYTES;
        ByteBuffer payload =
                ByteBuffer.wrap(window, payloadAt, payloadBytes).slice().asReadOnlyBuffer();
        return FrameCodec.checksum(payloadBytes, payload.duplicate()) == checksum
                ? Optional.of(new Frame(at, frameBytes, payload))
                : Optional.empty();
    }

    private long nextFrameAfter(long from, long end) throws IOException {
        long at = from + 1;
        while (end - at >= FrameCodec.HEAD_BYTES) {
            int there = fill(at, FrameCodec.HEAD_BYTES, end);
            if (there < FrameCodec.HEAD_BYTES) {
                return end;
            }
            if (markerStandsAt(at) && frameAt(at, end).isPresent()) {
                return at;
            }
            at++;
        }
        return end;
    }

    private boolean markerStandsAt(long at) {
        int index = (int) (at - windowAt);
        // Most bytes differ in the first of eight.
        return window[index] == (byte) (marker >>> 56)
                && ByteBuffer.wrap(window).getLong(index) == marker;
    }

    /** Sees to it that the window holds so many bytes from there on, if the file has them; gives how many it holds. */
    private int fill(long at, int bytes, long end) throws IOException {
        if (at >= windowAt && at + bytes <= windowAt + windowBytes) {
            return (int) (windowAt + windowBytes - at);
        }
        keepFrom(at, bytes, (int) Math.min(WINDOW_BYTES, end - at));
        while (windowBytes < bytes) {
            int room = (int) Math.min(window.length - windowBytes, end - windowAt - windowBytes);
            int read = room <= 0 ? -1 : file.read(ByteBuffer.wrap(window, windowBytes, room), windowAt + windowBytes);
            if (read < 0) {
                break;
            }
            windowBytes += read;
        }
        return windowBytes;
    }

    private void keepFrom(long at, int bytes, int bytesUseful) {
        int kept = at >= windowAt && at < windowAt + windowBytes ? (int) (windowAt + windowBytes - at) : 0;
        boolean fits = bytes <= window.length && bytesUseful <= window.length;
        // After a large frame its memory is given back.
        boolean large = window.length > WINDOW_BYTES && bytes <= WINDOW_BYTES && kept <= WINDOW_BYTES;
        byte[] target = fits && !large ? window : new byte[Math.max(Math.max(bytes, kept), bytesUseful)];
        System.arraycopy(window, windowBytes - kept, target, 0, kept);
        window = target;
        windowAt = at;
        windowBytes = kept;
    }

    /** Whether these bytes are all 0, as a file system leaves them behind a length that it had noted already. */
    boolean isEmpty(Bad part) throws IOException {
        long end = part.offset() + part.bytes();
        for (long at = part.offset(); at < end; at += WINDOW_BYTES) {
            int bytes = (int) Math.min(WINDOW_BYTES, end - at);
            int there = Math.min(bytes, fill(at, bytes, end));
            int index = (int) (at - windowAt);
            if (Arrays.mismatch(window, index, index + there, new byte[there], 0, there) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** A copy of bytes of the file, as many as there are. */
    ByteBuffer copy(long at, int bytes) throws IOException {
        int there = Math.min(bytes, fill(at, bytes, at + bytes));
        return ByteBuffer.wrap(Arrays.copyOfRange(window, (int) (at - windowAt), (int) (at - windowAt) + there));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
