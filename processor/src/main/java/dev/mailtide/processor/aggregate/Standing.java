package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;
import java.util.Locale;

/** The one delivery status of a message to a recipient, in the order in which answers list them. */
enum Standing {
    PENDING(EventKind.SENT, "pending"),
    DEFERRED(EventKind.DEFERRED, "deferred"),
    SOFT_BOUNCED(EventKind.BOUNCED_SOFT, "softBounced"),
    UNDETERMINED_BOUNCED(EventKind.BOUNCED_UNDETERMINED, "undeterminedBounced"),
    DELIVERED(EventKind.DELIVERED, "delivered"),
    FAILED(EventKind.FAILED, "failed"),
    REJECTED(EventKind.REJECTED, "rejected"),
    DROPPED(EventKind.DROPPED, "dropped"),
    HARD_BOUNCED(EventKind.BOUNCED_HARD, "hardBounced");

    private final EventKind reportedBy;
    private final String wireName;

    Standing(EventKind reportedBy, String wireName) {
        this.reportedBy = reportedBy;
        this.wireName = wireName;
    }

    /** The kind of event without which no message can have this status. */
    EventKind reportedBy() {
        return reportedBy;
    }

    /** The name in answers and topics. */
    String wireName() {
        return wireName;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
