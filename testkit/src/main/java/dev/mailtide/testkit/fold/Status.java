package dev.mailtide.testkit.fold;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;

/** The delivery status of one message to one recipient; of several that apply, the one that stands first here. */
enum Status {
    HARD_BOUNCED("hardBounced"),
    DROPPED("dropped"),
    REJECTED("rejected"),
    FAILED("failed"),
    DELIVERED("delivered"),
    UNDETERMINED_BOUNCED("undeterminedBounced"),
    SOFT_BOUNCED("softBounced"),
    DEFERRED("deferred"),
    PENDING("pending");

    final String counter;

    Status(String counter) {
        this.counter = counter;
    }

    /** Empty where nothing that happened says anything about delivery. */
    static Optional<Status> of(Set<Kind> happened) {
        return happened.stream().flatMap(kind -> saidBy(kind).stream()).min(Comparator.naturalOrder());
    }

    private static Optional<Status> saidBy(Kind kind) {
        return switch (kind) {
            case BOUNCED_HARD -> Optional.of(HARD_BOUNCED);
            case DROPPED -> Optional.of(DROPPED);
            case REJECTED -> Optional.of(REJECTED);
            case FAILED -> Optional.of(FAILED);
            case DELIVERED, OPENED, CLICKED, COMPLAINED, UNSUBSCRIBED -> Optional.of(DELIVERED);
            case BOUNCED_UNDETERMINED -> Optional.of(UNDETERMINED_BOUNCED);
            case BOUNCED_SOFT -> Optional.of(SOFT_BOUNCED);
            case DEFERRED -> Optional.of(DEFERRED);
            case SENT -> Optional.of(PENDING);
            case RESUBSCRIBED, UNKNOWN -> Optional.empty();
        };
    }
}
