package dev.mailtide.ingest.spool;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far one segment has come. Guarded by the {@link Backlog} that holds it. What it holds for each frame is bounded:
 * entries for those in doubt and those handed out, and one bit for each frame that was done before its turn to be read.
 */
final class SegmentState {

    /** A frame whose first send is not decided; which one of the segment it is, its length, and when it was received. */
    record InDoubt(int ordinal, int bytes, Optional<Instant> receivedAt) {}

    final long number;
    final Map<Long, InDoubt> inDoubt = new HashMap<>();

    /** Up to where it may be read; what is behind is not durable. */
    long end = SegmentHeader.BYTES;

    /** What deleting it gives back. */
    long fileBytes = SegmentHeader.BYTES;

    /** Whether nothing will be added to it. */
    boolean sealed;

    long readTo = SegmentHeader.BYTES;
    int handedOut;
    long bytesLeft;

    /** Means something if {@link #counted}. */
    long framesLeft;

    /** Whether this process wrote all of it, and it has been as written so far. */
    boolean counted;

    /** Whether it holds something that could not be written aside. */
    boolean wanted;

    /** Whether something in it is not as it was written. */
    boolean sick;

    Optional<Instant> oldestReceivedAt = Optional.empty();

    private final BitSet doneEarly = new BitSet();
    private int framesWritten;
    private int framesRead;

    private SegmentState(long number) {
        this.number = number;
    }

    /** One that this process writes. */
    static SegmentState fresh(long number) {
        SegmentState state = new SegmentState(number);
        state.counted = true;
        return state;
    }

    /** One that an earlier process left. */
    static SegmentState found(SpoolFolder.Segment file) {
        SegmentState state = new SegmentState(file.number());
        state.sealed = true;
        state.fileBytes = file.bytes();
        state.end = Math.max(file.bytes(), SegmentHeader.BYTES);
        state.bytesLeft = state.end - SegmentHeader.BYTES;
        return state;
    }

    /** A frame was added; gives which one it is. */
    int wrote(int bytes) {
        bytesLeft += bytes;
        framesLeft++;
        return framesWritten++;
    }

    /** A frame was read; gives whether it was done before. */
    boolean read(long offset, long bytes) {
        readTo = offset + bytes;
        return counted && doneEarly.get(framesRead++);
    }

    /** A part that is no frame was read: from here on nobody knows which frame is which. */
    void readBad(long offset, long bytes) {
        readTo = offset + bytes;
        bytesLeft -= bytes;
        counted = false;
        sick = true;
    }

    /** All that is neither handed out, which is so many bytes, nor in doubt cannot be read any more; gives how many frames. */
    long lost(long bytesHandedOut, long frameBytesTypical) {
        long bytes = Math.max(0, bytesLeft - bytesHandedOut - bytesInDoubt());
        long frames =
                counted ? framesLeft - handedOut - inDoubt.size() : (bytes + frameBytesTypical - 1) / frameBytesTypical;
        readTo = end;
        bytesLeft -= bytes;
        framesLeft -= frames;
        sick = true;
        return frames;
    }

    long bytesInDoubt() {
        return inDoubt.values().stream().mapToLong(InDoubt::bytes).sum();
    }

    /** A frame is done that was in doubt. */
    void doneLate(long offset, InDoubt frame) {
        if (offset >= readTo) {
            doneEarly.set(frame.ordinal());
        }
        done(frame.bytes());
    }

    /** A frame is done. */
    void done(long bytes) {
        bytesLeft -= bytes;
        framesLeft--;
    }

    /** Whether it must be read further; not if every frame of it is done. */
    boolean isUnread() {
        return readTo < end && !(counted && framesLeft == 0);
    }

    boolean isFinished() {
        return sealed && !isUnread() && handedOut == 0 && inDoubt.isEmpty();
    }
}
