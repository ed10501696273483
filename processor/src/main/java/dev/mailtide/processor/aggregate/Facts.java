package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.RecipientGroup;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is known of one message to one recipient: the first time of each thing that happened. Merging takes the earlier
 * time, so any order and any repetition of the same events gives the same facts.
 *
 * @param address the recipient's address as first heard, at most 998 characters; empty if there is none
 * @param group decided once, so that a count is taken away where it was added
 * @param firstHeardMillis the least append time of any record about it, duplicates included
 * @param lastHeardMillis the greatest append time of any record about it, duplicates included
 * @param firsts the first time of each mark, in milliseconds since 1970
 */
record Facts(
        Optional<String> address,
        RecipientGroup group,
        long firstHeardMillis,
        long lastHeardMillis,
        Map<Mark, Long> firsts) {

    private static final Set<Mark> IMPLY_DELIVERED = EnumSet.of(
            Mark.DELIVERED, Mark.OPENED, Mark.MACHINE_OPENED, Mark.CLICKED, Mark.COMPLAINED, Mark.UNSUBSCRIBED);

    /** Copies the times. */
    Facts {
        firsts = Map.copyOf(firsts);
    }

    /** Nothing known yet, about the recipient that this event names. */
    static Facts about(LedgerEvent event) {
        return new Facts(
                event.recipient().address(), event.recipient().group(), Long.MAX_VALUE, Long.MIN_VALUE, Map.of());
    }

    /** What is known after this event, too. */
    Facts with(LedgerEvent event, long appendMillis) {
        Map<Mark, Long> merged = new EnumMap<>(Mark.class);
        merged.putAll(firsts);
        merged.merge(event.mark(), event.occurredMillis(), Math::min);
        return new Facts(address, group, firstHeardMillis, lastHeardMillis, merged).heardAgain(appendMillis);
    }

    /** The same facts, heard of again at this time. */
    Facts heardAgain(long appendMillis) {
        return new Facts(
                address,
                group,
                Math.min(firstHeardMillis, appendMillis),
                Math.max(lastHeardMillis, appendMillis),
                firsts);
    }

    /** Whether this is forgotten by the time that something is appended. */
    boolean isForgottenBy(long appendMillis, Duration rememberFor) {
        return appendMillis > lastHeardMillis + rememberFor.toMillis();
    }

    boolean has(Mark mark) {
        return firsts.containsKey(mark);
    }

    /** The delivery status: the first that applies, whatever came first. Nothing if only unknown things happened. */
    Optional<Standing> standing() {
        if (has(Mark.BOUNCED_HARD)) {
            return Optional.of(Standing.HARD_BOUNCED);
        } else if (has(Mark.DROPPED)) {
            return Optional.of(Standing.DROPPED);
        } else if (has(Mark.REJECTED)) {
            return Optional.of(Standing.REJECTED);
        } else if (has(Mark.FAILED)) {
            return Optional.of(Standing.FAILED);
        } else if (IMPLY_DELIVERED.stream().anyMatch(this::has)) {
            return Optional.of(Standing.DELIVERED);
        } else if (has(Mark.BOUNCED_UNDETERMINED)) {
            return Optional.of(Standing.UNDETERMINED_BOUNCED);
        } else if (has(Mark.BOUNCED_SOFT)) {
            return Optional.of(Standing.SOFT_BOUNCED);
        } else if (has(Mark.DEFERRED)) {
            return Optional.of(Standing.DEFERRED);
        }
        return has(Mark.SENT) ? Optional.of(Standing.PENDING) : Optional.empty();
    }

    /** Where it stands in the series; nothing if it has no status. */
    Optional<SeriesPlace> place() {
        return standing().map(standing -> new SeriesPlace(earliestMillis(), standing));
    }

    private long earliestMillis() {
        return firsts.entrySet().stream()
                .filter(first -> first.getKey().givesStanding())
                .mapToLong(Map.Entry::getValue)
                .min()
                .orElseThrow();
    }

    /** The time-to-open cell, if it was both delivered and opened by a person. */
    OptionalInt timeToOpenCell() {
        Long delivered = firsts.get(Mark.DELIVERED);
        Long opened = firsts.get(Mark.OPENED);
        return delivered == null || opened == null
                ? OptionalInt.empty()
                : OptionalInt.of(TimeToOpen.cellOf(opened - delivered));
    }
}
