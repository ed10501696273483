package dev.mailtide.processor.fanout;

import java.util.Arrays;

/** Why a domain has its route. The names stand in the routes topic. */
public enum RouteReason {
    /** Its first event came. */
    FIRST_EVENT("first-event"),
    /** A rule of the settings says so. */
    RULE("rule"),
    /** There were as many own topics as there may be. */
    CAP("cap"),
    /** Too few events were seen for an own topic; or, of an own topic, enough. */
    VOLUME("volume"),
    /** Somebody ordered it. */
    BY_HAND("by-hand"),
    /** Its own topic was there already. */
    EXISTING("existing"),
    /** Its own topic is being made, and until then its first events wait: none has gone anywhere. */
    CREATING("creating"),
    /** Kafka refuses to make its own topic. It is tried again. */
    CREATION_REFUSED("creation-refused"),
    /** Its own topic was deleted. */
    MADE_AGAIN("made-again"),
    /** One that this release does not know. */
    UNKNOWN("unknown");

    private final String wireName;

    RouteReason(String wireName) {
        this.wireName = wireName;
    }

    /** As it stands in the routes topic and in answers. */
    public String wireName() {
        return wireName;
    }

    static RouteReason named(String text) {
        return Arrays.stream(values())
                .filter(reason -> reason.wireName.equals(text))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
