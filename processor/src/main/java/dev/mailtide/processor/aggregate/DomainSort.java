package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import java.util.Optional;

/** By what a list of domains is sorted. All but names: the greatest first, and among equals by name. */
public enum DomainSort {
    NAME("name"),
    VOLUME("volume"),
    /** Those with enough to be judged by first. */
    HARD_BOUNCE_RATE("hardBounceRate"),
    /** Those with enough to be judged by first. */
    OPEN_RATE("openRate"),
    LAST_EVENT("lastEvent");

    /** Of a domain that has no such rate. */
    private static final long NONE = -1;

    private static final long PARTS = 1_000_000;

    private final String wireName;

    DomainSort(String wireName) {
        this.wireName = wireName;
    }

    /** In parameters. */
    public String wireName() {
        return wireName;
    }

    /** The one of this name. */
    public static Optional<DomainSort> named(String wireName) {
        for (DomainSort sort : values()) {
            if (sort.wireName.equals(wireName)) {
                return Optional.of(sort);
            }
        }
        return Optional.empty();
    }

    /** Where a domain with these totals stands: the greater, the further in front. */
    long rankOf(Totals totals) {
        Counts<MessageCount> counts = totals.messages();
        return switch (this) {
            case NAME -> 0;
            case VOLUME -> counts.of(MessageCount.TOTAL);
            case LAST_EVENT -> totals.lastEventMillis();
            case HARD_BOUNCE_RATE ->
                rankOfRate(
                        counts.of(MessageCount.HARD_BOUNCED),
                        counts.of(MessageCount.TOTAL)
                                - counts.of(MessageCount.PENDING)
                                - counts.of(MessageCount.DEFERRED));
            case OPEN_RATE ->
                totals.canReport(EventKind.OPENED)
                        ? rankOfRate(counts.of(MessageCount.OPENED_DELIVERED), counts.of(MessageCount.DELIVERED))
                        : NONE;
        };
    }

    private static long rankOfRate(long of, long over) {
        if (over == 0) {
            return NONE;
        }
        // The greatest rate that is not to be judged by stands behind the least that is.
        long ahead = over >= DomainStateJson.JUDGED_FROM ? PARTS + 1 : 0;
        return ahead + Math.round((double) of * PARTS / over);
    }
}
