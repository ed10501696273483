package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who asks, and what the token opens. Every route asks this and nothing else. For a domain outside the scope a route goes on
 * with {@link #answerFor}: it then does exactly what it does for a domain that nobody has ever heard of, and gives the same
 * bytes.
 */
public interface Caller {

    /** Which token it is, by its id, which is no secret. */
    String tokenId();

    /** Whether this domain is in the scope. */
    boolean mayRead(SenderDomain domain);

    /** Whether every domain is in the scope, those not heard of yet, too. */
    boolean mayReadAll();

    /** Whether that still holds: who reads for long has to ask again, since tokens are revoked. */
    boolean isInForce();

    /** Whether addresses are shown in full; if not, they are masked. */
    boolean seesRecipients();

    /** Whether dead letters, topics and sources may be asked for. */
    boolean isAdmin();

    /**
     * The domain to answer for: the one that was asked for if it is in the scope, else one that cannot exist, which is the
     * same for every question of this process. That it was asked for is noted in the access log.
     */
    SenderDomain answerFor(SenderDomain asked);

    /**
     * Notes a read of people's data in the access log, before it is answered. Waits for Kafka, three seconds at most.
     *
     * @param domain the one that is answered for; nothing if it is all in the scope
     * @param rows how many people's rows; nothing for an answer that is about to be streamed: {@link #readEnded} says it then
     * @return whether it is written down; if not, the rows must not be answered
     */
    boolean notesRead(Optional<SenderDomain> domain, OptionalLong rows);

    /** Notes how many people's rows a streamed answer had; waits for nothing. */
    void readEnded(Optional<SenderDomain> domain, long rows);

    /**
     * Who makes this request.
     *
     * @throws IllegalStateException if the request came round the gate, which would be a mistake of ours
     */
    static Caller of(Context request) {
        if (request.<Object>attribute(Caller.class.getName()) instanceof Caller known) {
            return known;
        }
        throw new IllegalStateException("a request without a caller");
    }

    /** From now on this request is made by this caller. */
    static void set(Context request, Caller caller) {
        request.attribute(Caller.class.getName(), caller);
    }
}
