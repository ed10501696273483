package dev.mailtide.processor.fanout;

import java.util.Arrays;
import java.util.Optional;

/** Where events of a domain can go. */
public enum RouteKind {
    /** To a topic that holds nobody else's. */
    OWN("own"),
    /** To the topic that domains without one of their own share. */
    OVERFLOW("overflow"),
    /** Nowhere. */
    IGNORED("ignored");

    private final String wireName;

    RouteKind(String wireName) {
        this.wireName = wireName;
    }

    /** As it stands in the routes topic and in answers. */
    public String wireName() {
        return wireName;
    }

    /** The one of this name; {@code ignore}, as an order, is {@link #IGNORED}. */
    public static Optional<RouteKind> named(String text) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(text) || (kind == IGNORED && text.equals("ignore")))
                .findFirst();
    }
}
