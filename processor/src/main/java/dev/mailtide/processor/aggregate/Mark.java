package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;

/**
 * What a ledger row remembers the first time of. One for each event kind that says something about a message, and one
 * for opens that a machine made, which are no opens by a person. The order is part of the row's format.
 */
enum Mark {
    SENT(EventKind.SENT),
    DELIVERED(EventKind.DELIVERED),
    DEFERRED(EventKind.DEFERRED),
    BOUNCED_SOFT(EventKind.BOUNCED_SOFT),
    BOUNCED_HARD(EventKind.BOUNCED_HARD),
    BOUNCED_UNDETERMINED(EventKind.BOUNCED_UNDETERMINED),
    DROPPED(EventKind.DROPPED),
    REJECTED(EventKind.REJECTED),
    FAILED(EventKind.FAILED),
    OPENED(EventKind.OPENED),
    CLICKED(EventKind.CLICKED),
    COMPLAINED(EventKind.COMPLAINED),
    UNSUBSCRIBED(EventKind.UNSUBSCRIBED),
    RESUBSCRIBED(EventKind.RESUBSCRIBED),
    UNKNOWN(EventKind.UNKNOWN),
    MACHINE_OPENED(EventKind.OPENED);

    private final EventKind kind;

    Mark(EventKind kind) {
        this.kind = kind;
    }

    EventKind kind() {
        return kind;
    }

    /** Whether it says something about delivery. What does not is no part of the message's history. */
    boolean givesStanding() {
        return this != RESUBSCRIBED && this != UNKNOWN;
    }

    static Mark of(EventKind kind, boolean byMachine) {
        return kind == EventKind.OPENED && byMachine ? MACHINE_OPENED : valueOf(kind.name());
    }
}
