package dev.mailtide.processor.deadletter;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;

/**
 * The end of one partition, read backwards a piece at a time. A piece is read forwards, and counts when it is whole: what was
 * read of it before is forgotten.
 */
final class Tail {

    /** By time, then by place, so that the order never depends on chance. */
    static final Comparator<Tail> BY_NEWEST = Comparator.comparing(
            Tail::newest, Comparator.comparing(DeadLetter::appendedAt).thenComparing(DeadLetter::at));

    private static final int PIECE_OFFSETS_MIN = 32;
    private static final int PIECE_OFFSETS_MAX = 1_024;

    private final TopicPartition partition;
    private final long begin;
    private final Deque<DeadLetter> newestFirst = new ArrayDeque<>();
    private final Deque<DeadLetter> ofThisPiece = new ArrayDeque<>();
    private long end;
    private int pieceOffsets = PIECE_OFFSETS_MIN;

    /** The offsets from {@code begin} to before {@code end}. */
    Tail(TopicPartition partition, long begin, long end) {
        this.partition = partition;
        this.begin = begin;
        this.end = end;
    }

    TopicPartition partition() {
        return partition;
    }

    boolean hasLetter() {
        return !newestFirst.isEmpty();
    }

    /** Whether nothing is at hand, though there may be something further back. */
    boolean mustRead() {
        return newestFirst.isEmpty() && end > begin;
    }

    /** The first offset of the next piece. */
    long beginOfPiece() {
        ofThisPiece.clear();
        return Math.max(begin, end - pieceOffsets);
    }

    /** The offset after the next piece. */
    long endOfPiece() {
        return end;
    }

    void read(DeadLetter letter) {
        if (letter.at().offset() < end) {
            ofThisPiece.addFirst(letter);
        }
    }

    void pieceIsWhole() {
        newestFirst.addAll(ofThisPiece);
        ofThisPiece.clear();
        end = Math.max(begin, end - pieceOffsets);
        pieceOffsets = Math.min(PIECE_OFFSETS_MAX, pieceOffsets * 2);
    }

    DeadLetter newest() {
        return Objects.requireNonNull(newestFirst.peekFirst(), "nothing is at hand");
    }

    DeadLetter takeNewest() {
        return newestFirst.removeFirst();
    }

    boolean hasMore() {
        return hasLetter() || end > begin;
    }

    /** Everything from this offset on has been taken, or is not meant. */
    long takenFrom() {
        return hasLetter() ? newest().at().offset() + 1 : end;
    }
}
