package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolIo.SpoolFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The bytes of a segment around the place that is being read, and the frames in them, whatever their marker. */
final class FrameWindow {

    private static final int WINDOW_BYTES = 256 * 1024;

    private final SpoolFile file;

    /** What has been read ahead: the bytes from {@code windowAt} on. */
    private byte[] window = new byte[0];

    private ByteBuffer view = ByteBuffer.wrap(window);
    private long windowAt;
    private int windowBytes;

    FrameWindow(SpoolFile file) {
        this.file = file;
    }

    /** Bytes of the file, as many as there are, and not a byte more is read; the window stays where it is. */
    ByteBuffer bytesAt(long at, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        int read = 0;
        while (bytes.hasRemaining() && read >= 0) {
            read = file.read(bytes, at + bytes.position());
        }
        return bytes.flip();
    }

    /** Sees to it that the window holds so many bytes from there on, if the file has them; gives how many it holds. */
    int fill(long at, int bytes, long end) throws IOException {
        if (holds(at, bytes)) {
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
        view = ByteBuffer.wrap(target);
        windowAt = at;
        windowBytes = kept;
    }

    /** Whether these bytes are in the window. */
    boolean holds(long at, int bytes) {
        return at >= windowAt && at + bytes <= windowAt + windowBytes;
    }

    /** A byte of the window. */
    byte byteAt(long at) {
        return window[(int) (at - windowAt)];
    }

    /** Four bytes of the window. */
    int intAt(long at) {
        return view.getInt((int) (at - windowAt));
    }

    /** Eight bytes of the window. */
    long longAt(long at) {
        return view.getLong((int) (at - windowAt));
    }

    /**
     * The payload of the frame that begins there and ends before this end, if its length and its CRC are right. Valid until
     * the window is moved.
     */
    Optional<ByteBuffer> payloadAt(long at, long end) throws IOException {
        if (end - at < FrameCodec.HEAD_BYTES || fill(at, FrameCodec.HEAD_BYTES, end) < FrameCodec.HEAD_BYTES) {
            return Optional.empty();
        }
        int payloadBytes = intAt(at + FrameCodec.LENGTH_AT);
        int checksum = intAt(at + FrameCodec.CHECKSUM_AT);
        int frameBytes = FrameCodec.HEAD_BYTES + payloadBytes;
        if (!FrameCodec.isPayloadLength(payloadBytes)
                || frameBytes > end - at
                || fill(at, frameBytes, end) < frameBytes) {
            return Optional.empty();
        }
        int payloadAt = (int) (at - windowAt) + FrameCodec.HEAD_BYTES;
        ByteBuffer payload =
                ByteBuffer.wrap(window, payloadAt, payloadBytes).slice().asReadOnlyBuffer();
        return FrameCodec.checksum(payloadBytes, payload.duplicate()) == checksum
                ? Optional.of(payload)
                : Optional.empty();
    }

    /** Whether these bytes are all 0. */
    boolean isEmpty(long from, long end) throws IOException {
        for (long at = from; at < end; at += WINDOW_BYTES) {
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
}
