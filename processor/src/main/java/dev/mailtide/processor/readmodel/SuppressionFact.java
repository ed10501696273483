package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import java.util.Optional;

/** What can be known of a recipient, each by its latest event. The order is part of the stored form: new ones go to the end. */
enum SuppressionFact {
    HARD_BOUNCE("hardBounce", EventKind.BOUNCED_HARD),
    COMPLAINT("complaint", EventKind.COMPLAINED),
    UNSUBSCRIBE("unsubscribe", EventKind.UNSUBSCRIBED),
    RESUBSCRIBE("resubscribe", EventKind.RESUBSCRIBED),
    DELIVERY("delivery", EventKind.DELIVERED);

    private final String wireName;
    private final EventKind kind;

    SuppressionFact(String wireName, EventKind kind) {
        this.wireName = wireName;
        this.kind = kind;
    }

    String wireName() {
        return wireName;
    }

    /** Whether it can make somebody a candidate. */
    boolean isAgainst() {
        return compareTo(RESUBSCRIBE) < 0;
    }

    static Optional<SuppressionFact> of(EventKind kind) {
        for (SuppressionFact fact : values()) {
            if (fact.kind == kind) {
                return Optional.of(fact);
            }
        }
        return Optional.empty();
    }
}
