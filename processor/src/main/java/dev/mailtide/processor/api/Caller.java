package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who asks, and what they may see. Every route about people asks this and nothing else. For a domain that may not be read a
 * route goes on with {@link #answerFor}: it then does exactly what it does for a domain that nobody has ever heard of.
 */
interface Caller {

    /** Somebody who may see everything, and of whom nothing is noted. */
    Caller OF_EVERYTHING = new Caller() {};

    /** Whether this domain may be read. */
    default boolean mayRead(SenderDomain domain) {
        return true;
    }

    /** Whether addresses are shown in full; if not, they are masked. */
    default boolean seesRecipients() {
        return true;
    }

    /** The domain to answer for: the one that was asked for, or one that cannot exist. */
    default SenderDomain answerFor(SenderDomain asked) {
        return asked;
    }

    /**
     * Notes a read of people's data, before it is answered.
     *
     * @param domain the one that is answered for; nothing if it is all that may be read
     * @param rows how many people's rows; nothing for an answer that is about to be streamed: {@link #readEnded} says it then
     * @return whether it is written down; if not, the rows must not be answered
     */
    default boolean notesRead(Optional<SenderDomain> domain, OptionalLong rows) {
        return true;
    }

    /** Notes how many people's rows a streamed answer had. */
    default void readEnded(Optional<SenderDomain> domain, long rows) {}

    /** Who makes this request. Today nobody is told apart: who was not noted may see everything. */
    static Caller of(Context request) {
        Object caller = request.attribute(Caller.class.getName());
        return caller instanceof Caller known ? known : OF_EVERYTHING;
    }

    /** From now on this request is made by this caller. */
    static void set(Context request, Caller caller) {
        request.attribute(Caller.class.getName(), caller);
    }
}
