package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.util.OptionalLong;

/**
 * Finds the marker of a segment whose head is damaged: whatever eight bytes stand in front of a length and of bytes with the
 * right CRC.
 *
 * <h2>Theory of operation</h2>
 *
 * <p><b>Candidates.</b> A CRC over all the bytes that a frame may have, begun at each byte of the file, would take days. So a
 * place is looked at further only if its length and its kind can be those of a frame, and the same eight bytes stand where
 * it ends, or the file ends there. Behind a damaged head that is so for each frame that is whole but a last one with a torn
 * one behind it.
 *
 * <p><b>Forged frames.</b> A body may hold what looks like frames, with a marker that its sender chose. A whole frame is
 * stepped over, and so is what stands in it: only within a damaged one can such a body be seen. So the last frame decides,
 * since the head is what is damaged here. Where no whole frame follows, nothing tells what was forged from what was not.
 *
 * <p><b>Bounded.</b> Where bytes were made to look like candidates all over, {@link #WORK_BYTES_MAX} are checked in vain, and
 * {@link #SKIP_BYTES} are stepped over. That costs no frame: one behind is enough to find all of them.
 */
final class MarkerSearch {

    private static final int WORK_BYTES_MAX = 64 * 1024 * 1024;
    private static final int SKIP_BYTES = 1024 * 1024;

    /** What a read of a few bytes somewhere else costs, in bytes that could be checked meanwhile. */
    private static final int LOOK_WORK_BYTES = 1024;

    private static final int MARKER_BYTES = 8;
    private static final int LOOK_BYTES = FrameCodec.HEAD_BYTES + 1;

    private final FrameWindow window;
    private final long end;
    private int workLeft = WORK_BYTES_MAX;
    private OptionalLong found = OptionalLong.empty();

    /** @param end of what may be read */
    MarkerSearch(FrameWindow window, long end) {
        this.window = window;
        this.end = end;
    }

    /**
     * The marker of the frames that begin there or behind; nothing if there are none.
     *
     * @param begin where a frame is known to begin, so that what is a frame there was not forged
     */
    OptionalLong from(long begin) throws IOException {
        boolean atOnce = canLookAt(begin) && isFrame(begin);
        if (!atOnce) {
            searchFrom(begin);
        }
        return found.isEmpty() && window.payloadAt(begin, end).isPresent()
                ? OptionalLong.of(window.longAt(begin))
                : found;
    }

    private void searchFrom(long begin) throws IOException {
        long at = begin;
        while (canLookAt(at)) {
            if (isFrame(at)) {
                at += FrameCodec.HEAD_BYTES + window.intAt(at + FrameCodec.LENGTH_AT);
            } else if (workLeft > 0) {
                at++;
            } else {
                at += SKIP_BYTES;
                workLeft = WORK_BYTES_MAX;
            }
        }
    }

    private boolean canLookAt(long at) throws IOException {
        return end - at >= LOOK_BYTES && window.fill(at, LOOK_BYTES, end) >= LOOK_BYTES;
    }

    private boolean isFrame(long at) throws IOException {
        int payloadBytes = window.intAt(at + FrameCodec.LENGTH_AT);
        long marker = window.longAt(at);
        if (!isCandidate(at, payloadBytes, marker)) {
            return false;
        }
        if (window.payloadAt(at, end).isEmpty()) {
            workLeft -= payloadBytes;
            return false;
        }
        found = OptionalLong.of(marker);
        return true;
    }

    private boolean isCandidate(long at, int payloadBytes, long marker) throws IOException {
        return FrameCodec.isPayloadLength(payloadBytes)
                && FrameCodec.isKind(window.byteAt(at + FrameCodec.HEAD_BYTES))
                && payloadBytes <= end - at - FrameCodec.HEAD_BYTES
                && (found.equals(OptionalLong.of(marker))
                        || isFollowed(at + FrameCodec.HEAD_BYTES + payloadBytes, marker));
    }

    private boolean isFollowed(long behind, long marker) throws IOException {
        if (behind == end) {
            return true;
        }
        if (window.holds(behind, MARKER_BYTES)) {
            return window.longAt(behind) == marker;
        }
        workLeft -= LOOK_WORK_BYTES;
        var bytes = window.bytesAt(behind, (int) Math.min(MARKER_BYTES, end - behind));
        return bytes.remaining() == MARKER_BYTES && bytes.getLong() == marker;
    }
}
