package dev.mailtide.common.event;

import java.util.Optional;

/**
 * What kind of thing happened: the event type, with the kind of bounce where it is one. The order is part of the stored
 * formats: new kinds go to the end.
 */
public enum EventKind {
    SENT("sent"),
    DELIVERED("delivered"),
    DEFERRED("deferred"),
    BOUNCED_SOFT("bounced", "soft", "bouncedSoft"),
    BOUNCED_HARD("bounced", "hard", "bouncedHard"),
    BOUNCED_UNDETERMINED("bounced", "undetermined", "bouncedUndetermined"),
    DROPPED("dropped"),
    REJECTED("rejected"),
    FAILED("failed"),
    OPENED("opened"),
    CLICKED("clicked"),
    COMPLAINED("complained"),
    UNSUBSCRIBED("unsubscribed"),
    RESUBSCRIBED("resubscribed"),
    /** A provider's event that has no place in this list: kept, published and counted, and it touches no message. */
    UNKNOWN("unknown");

    private final String type;
    private final Optional<String> bounceType;
    private final String counter;

    EventKind(String type) {
        this.type = type;
        this.bounceType = Optional.empty();
        this.counter = type;
    }

    EventKind(String type, String bounceType, String counter) {
        this.type = type;
        this.bounceType = Optional.of(bounceType);
        this.counter = counter;
    }

    /** The event's {@code type} in topics and answers. */
    public String type() {
        return type;
    }

    /** {@code hard}, {@code soft} or {@code undetermined} for a bounce, empty for all else. */
    public Optional<String> bounceType() {
        return bounceType;
    }

    /** The name under which events of this kind are counted in a domain's state. */
    public String counter() {
        return counter;
    }

    /**
     * The kind with this type and bounce type.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static EventKind of(String type, Optional<String> bounceType) {
        for (EventKind kind : values()) {
            if (kind.type.equals(type) && kind.bounceType.equals(bounceType)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("an event of a type that this release does not know");
    }
}
