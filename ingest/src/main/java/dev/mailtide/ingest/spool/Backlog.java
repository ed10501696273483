package dev.mailtide.ingest.spool;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What is still to be drained, and what became of the rest: one {@link SegmentState} for each segment, and the frames that
 * are handed out. It does no I/O, so its lock is only ever held for moments: the writer, the drainer and Kafka's callbacks
 * all come here.
 *
 * <p>A frame is unread, in doubt, handed out, or done. It becomes done by a first send that succeeds late, by
 * {@link #acked}, or by being set aside. A segment is finished when it is sealed and all its frames are done.
 */
final class Backlog {

    /** A frame that has become durable; in doubt if it has a first send. */
    record Written(
            long offset, int bytes, Optional<Instant> receivedAt, Optional<CompletableFuture<Boolean>> firstSend) {}

    /** A segment in which nothing is left. */
    interface Finished {
        /** Called under the lock: must not block. */
        void finished(long number, long bytes, Fate fate);
    }

    /** What the drainer is to read next. */
    sealed interface Step {}

    /** One frame once more. */
    record Again(FrameRef ref, long bytes) implements Step {}

    /** The next part of a segment. */
    record ReadOn(long segment, long from, long end) implements Step {}

    private record HandedOut(long bytes, Optional<Instant> receivedAt) {}

    private final Finished finished;
    private final TreeMap<Long, SegmentState> segments = new TreeMap<>();
    private final TreeMap<FrameRef, HandedOut> handedOut = new TreeMap<>();
    private final TreeSet<FrameRef> again = new TreeSet<>();
    private boolean closed;

    Backlog(Finished finished) {
        this.finished = finished;
    }

    /** A segment that an earlier process left; one in which nothing stands is finished at once. */
    synchronized void found(SpoolFolder.Segment file) {
        SegmentState state = SegmentState.found(file);
        segments.put(file.number(), state);
        settle(state);
    }

    /** When the first frame of a segment was received that an earlier process left. */
    synchronized void receivedFirst(long segment, Optional<Instant> receivedAt) {
        SegmentState state = segments.get(segment);
        if (state != null) {
            state.oldestReceivedAt = receivedAt;
        }
    }

    /** Frames have become durable, one after another, up to this end. */
    void written(long segment, long end, List<Written> frames) {
        synchronized (this) {
            SegmentState state = segments.computeIfAbsent(segment, SegmentState::fresh);
            for (Written frame : frames) {
                int ordinal = state.wrote(frame.bytes());
                if (frame.firstSend().isPresent()) {
                    state.inDoubt.put(
                            frame.offset(), new SegmentState.InDoubt(ordinal, frame.bytes(), frame.receivedAt()));
                }
                state.oldestReceivedAt = state.oldestReceivedAt.or(frame::receivedAt);
            }
            state.end = end;
            state.fileBytes = end;
            notifyAll();
        }
        // Not under the lock: it runs at once if the send is decided already.
        for (Written frame : frames) {
            frame.firstSend().ifPresent(send -> watch(send, new FrameRef(segment, frame.offset())));
        }
    }

    private void watch(CompletableFuture<Boolean> firstSend, FrameRef ref) {
        var unused = firstSend.whenComplete((stored, error) -> decide(ref, Boolean.TRUE.equals(stored)));
    }

    private synchronized void decide(FrameRef ref, boolean stored) {
        SegmentState state = segments.get(ref.segment());
        SegmentState.InDoubt frame = state == null ? null : state.inDoubt.remove(ref.offset());
        if (state == null || frame == null) {
            return;
        }
        if (stored) {
            state.doneLate(ref.offset(), frame);
        } else if (ref.offset() < state.readTo) {
            handOut(state, ref, frame.bytes(), frame.receivedAt());
            again.add(ref);
        }
        settle(state);
        notifyAll();
    }

    /** Nothing more will be written to this segment; the file has this length. */
    synchronized void sealed(long segment, long fileBytes) {
        SegmentState state = segments.get(segment);
        if (state != null) {
            state.sealed = true;
            state.fileBytes = fileBytes;
            settle(state);
        }
    }

    /** What to read next, as soon as there is something; nothing when the time is over or this is closed. */
    synchronized Optional<Step> next(long deadlineNanos) throws InterruptedException {
        while (!closed) {
            Optional<Step> step = step();
            long left = deadlineNanos - System.nanoTime();
            if (step.isPresent() || left <= 0) {
                return step;
            }
            // A millisecond more, so that it does not spin through the last one.
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
        return Optional.empty();
    }

    private Optional<Step> step() {
        if (!again.isEmpty()) {
            FrameRef ref = again.first();
            return Optional.of(new Again(ref, handed(ref).bytes()));
        }
        for (SegmentState state : segments.values()) {
            if (state.isUnread()) {
                return Optional.of(new ReadOn(state.number, state.readTo, state.end));
            }
        }
        return Optional.empty();
    }

    /** A frame was read; gives whether it is to be handed out, and takes note that it is. */
    synchronized boolean read(FrameRef ref, long bytes, Optional<Instant> receivedAt) {
        SegmentState state = segments.get(ref.segment());
        if (state == null) {
            return false;
        }
        boolean doneEarly = state.read(ref.offset(), bytes);
        if (doneEarly || state.inDoubt.containsKey(ref.offset())) {
            settle(state);
            return false;
        }
        state.oldestReceivedAt = receivedAt.or(() -> state.oldestReceivedAt);
        handOut(state, ref, bytes, receivedAt);
        return true;
    }

    /** A frame that was due again was read. */
    synchronized void readAgain(FrameRef ref) {
        again.remove(ref);
    }

    private void handOut(SegmentState state, FrameRef ref, long bytes, Optional<Instant> receivedAt) {
        handedOut.put(ref, new HandedOut(bytes, receivedAt));
        state.handedOut++;
    }

    /** Bytes were read that are no frame. */
    synchronized void readBad(FrameRef at, long bytes) {
        SegmentState state = segments.get(at.segment());
        if (state != null) {
            state.readBad(at.offset(), bytes);
            settle(state);
        }
    }

    /**
     * The file of this segment is gone, and with it the frames that are due, again or for the first time; those on their way
     * to Kafka and those in doubt may arrive. Gives how many that were, those of a segment that was not counted estimated at
     * this length each.
     */
    synchronized long lost(long segment, long frameBytesTypical) {
        SegmentState state = segments.get(segment);
        if (state == null) {
            return 0;
        }
        FrameRef first = new FrameRef(segment, 0);
        FrameRef behind = new FrameRef(segment + 1, 0);
        List<FrameRef> dueAgain = List.copyOf(again.subSet(first, behind));
        dueAgain.forEach(this::acked);
        long bytesHandedOut = handedOut.subMap(first, behind).values().stream()
                .mapToLong(HandedOut::bytes)
                .sum();
        long frames = dueAgain.size() + state.lost(bytesHandedOut, frameBytesTypical);
        settle(state);
        return frames;
    }

    /** The segment must not be deleted. */
    synchronized void needed(long segment) {
        SegmentState state = segments.get(segment);
        if (state != null) {
            state.wanted = true;
        }
    }

    /** Whether nothing more is to be written to it, since it is damaged, or has to be kept. */
    synchronized boolean isSick(long segment) {
        SegmentState state = segments.get(segment);
        return state != null && (state.sick || state.wanted);
    }

    /** This frame is done; false if it was not handed out, or is done already. */
    synchronized boolean acked(FrameRef ref) {
        HandedOut frame = handedOut.remove(ref);
        SegmentState state = segments.get(ref.segment());
        if (frame == null || state == null) {
            return false;
        }
        again.remove(ref);
        state.handedOut--;
        state.done(frame.bytes());
        settle(state);
        return true;
    }

    /** This frame is due again. */
    synchronized void again(FrameRef ref) {
        if (handedOut.containsKey(ref)) {
            again.add(ref);
            notifyAll();
        }
    }

    /** The bytes of a frame that is handed out; 0 if it is not. */
    synchronized long bytesOf(FrameRef ref) {
        return handedOut.containsKey(ref) ? handed(ref).bytes() : 0;
    }

    private HandedOut handed(FrameRef ref) {
        HandedOut frame = handedOut.get(ref);
        if (frame == null) {
            throw new IllegalStateException("not handed out: " + ref);
        }
        return frame;
    }

    /** Whether every frame that this process wrote to this segment so far is done; false if there is none. */
    synchronized boolean isDrained(long segment) {
        SegmentState state = segments.get(segment);
        return state != null && state.counted && state.framesLeft == 0;
    }

    /** Whether anything of this segment is left. */
    synchronized boolean holds(long segment) {
        return segments.containsKey(segment);
    }

    private void settle(SegmentState state) {
        if (state.isFinished() && segments.remove(state.number) != null) {
            finished.finished(state.number, state.fileBytes, state.wanted ? Fate.KEEP_WHOLE : Fate.LET_GO);
        }
    }

    /** Whoever waits in {@link #next} goes on. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    /** What is left. */
    record Figures(
            long frames, boolean estimated, long bytes, long framesInDoubt, Optional<Instant> oldestReceivedAt) {}

    /** Frames of segments that were not counted are estimated from their bytes, at this length each. */
    synchronized Figures figures(long frameBytesTypical) {
        long frames = 0;
        long bytes = 0;
        long inDoubt = 0;
        boolean estimated = false;
        for (SegmentState state : segments.values()) {
            long waiting = Math.max(0, state.bytesLeft - state.bytesInDoubt());
            frames += state.counted
                    ? state.framesLeft - state.inDoubt.size()
                    : (waiting + frameBytesTypical - 1) / frameBytesTypical;
            bytes += waiting;
            inDoubt += state.inDoubt.size();
            estimated |= !state.counted && waiting > 0;
        }
        return new Figures(frames, estimated, bytes, inDoubt, oldest());
    }

    /** Of each kind the first that has a time: none is older, but for one that does not say how old it is. */
    private Optional<Instant> oldest() {
        Optional<Instant> handedOutFirst = handedOut.values().stream()
                .flatMap(frame -> frame.receivedAt().stream())
                .findFirst();
        Optional<Instant> unreadFirst = segments.values().stream()
                .filter(SegmentState::isUnread)
                .flatMap(state -> state.oldestReceivedAt.stream())
                .findFirst();
        return Stream.of(handedOutFirst, unreadFirst).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }
}
