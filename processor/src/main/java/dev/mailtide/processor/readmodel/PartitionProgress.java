package dev.mailtide.processor.readmodel;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Up to when the read model has everything of one partition of the events topic. Each second somebody looks first up to when
 * everything raw is counted, and thereby published, and then where the partition ends: as soon as reading has come to that
 * end, everything up to that time has been read. Safe for use by several threads.
 */
final class PartitionProgress {

    private long position;
    private long end;
    private OptionalLong endFirstSeen = OptionalLong.empty();
    private Optional<Look> pending = Optional.empty();
    private Optional<Instant> asOf = Optional.empty();

    /** What was seen at one time. */
    private record Look(Instant counted, long end) {}

    /** @param position where reading begins or goes on */
    PartitionProgress(long position) {
        this.position = position;
    }

    /**
     * Notes how long the partition is.
     *
     * @param counted up to when everything that was raw was an event before the end was looked at; nothing if that is not known
     */
    synchronized void looked(Optional<Instant> counted, long endNow) {
        end = endNow;
        endFirstSeen = endFirstSeen.isPresent() ? endFirstSeen : OptionalLong.of(endNow);
        if (pending.isEmpty()) {
            pending = counted.map(time -> new Look(time, endNow));
        }
        settle();
    }

    /** Notes up to where it has been read, markers of transactions included. */
    synchronized void read(long nextOffset) {
        position = nextOffset;
        settle();
    }

    private void settle() {
        if (pending.filter(look -> position >= look.end()).isPresent()) {
            Optional<Instant> reached = pending.map(Look::counted);
            asOf = asOf.filter(before -> reached.filter(before::isAfter).isPresent())
                    .or(() -> reached);
            pending = Optional.empty();
        }
    }

    /** Up to when everything is here; nothing as long as it has not been read to an end. */
    synchronized Optional<Instant> asOf() {
        return asOf;
    }

    /** Records that wait, about: those that are markers count, too. */
    synchronized long waiting() {
        return Math.max(0, end - position);
    }

    /** Whether it is still on its way to the end that it had when it was taken up. */
    synchronized boolean isBehindItsStart() {
        return endFirstSeen.isEmpty() || position < endFirstSeen.getAsLong();
    }
}
