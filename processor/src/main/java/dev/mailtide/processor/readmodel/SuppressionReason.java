package dev.mailtide.processor.readmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why somebody should not be written to any more, by a sender domain. */
public enum SuppressionReason {
    /** The address does not exist, said the latest hard bounce, and no delivery came after it. */
    HARD_BOUNCE("hard-bounce"),
    /** The recipient complained; nothing takes that back. */
    COMPLAINT("complaint"),
    /** The recipient unsubscribed, and has not subscribed again later. */
    UNSUBSCRIBE("unsubscribe"),
    /** So many messages, one after the other, bounced softly, and none was delivered after them. */
    SOFT_BOUNCES("soft-bounces");

    private final String wireName;

    SuppressionReason(String wireName) {
        this.wireName = wireName;
    }

    /** In answers. */
    public String wireName() {
        return wireName;
    }

    /**
     * All reasons against somebody; none if there are none. What happened in the same millisecond as what would clear it
     * stands, but for a soft bounce: to write to somebody who does not want it is worse than to be asked about it.
     *
     * @param softBouncesMin from how many messages on soft bounces are one
     */
    static List<SuppressionReason> of(SuppressionRow row, int softBouncesMin) {
        List<SuppressionReason> reasons = new ArrayList<>();
        if (stands(row, SuppressionFact.HARD_BOUNCE, SuppressionFact.DELIVERY)) {
            reasons.add(HARD_BOUNCE);
        }
        if (row.latest(SuppressionFact.COMPLAINT).isPresent()) {
            reasons.add(COMPLAINT);
        }
        if (stands(row, SuppressionFact.UNSUBSCRIBE, SuppressionFact.RESUBSCRIBE)) {
            reasons.add(UNSUBSCRIBE);
        }
        if (row.softBounces().size() >= softBouncesMin) {
            reasons.add(SOFT_BOUNCES);
        }
        return reasons;
    }

    private static boolean stands(SuppressionRow row, SuppressionFact against, SuppressionFact clearing) {
        Optional<SuppressionMark> cleared = row.latest(clearing);
        return row.latest(against)
                .filter(mark ->
                        cleared.filter(by -> by.atMillis() > mark.atMillis()).isEmpty())
                .isPresent();
    }
}
