package dev.mailtide.ingest.spool;

import java.util.Comparator;

/**
 * Where a frame stands. Older frames come first.
 *
 * @param segment the number of the segment file
 * @param offset where in it the frame begins, in bytes
 */
public record FrameRef(long segment, long offset) implements Comparable<FrameRef> {

    private static final Comparator<FrameRef> OLDEST_FIRST =
            Comparator.comparingLong(FrameRef::segment).thenComparingLong(FrameRef::offset);

    @Override
    public int compareTo(FrameRef other) {
        return OLDEST_FIRST.compare(this, other);
    }
}
