package dev.mailtide.processor.api;

import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.deadletter.Position;
import io.javalin.http.Context;
import java.util.Set;

/**
 * A question for the body of one event of a message.
 *
 * @param domain as it was asked for, in the scope or not
 * @param messageId without angle brackets, 1 to 998 characters
 * @param at where the body stands in the raw topic
 */
record BodyRequest(SenderDomain domain, String messageId, Position at) {

    static BodyRequest of(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, Set.of("domain", "messageId", "at"));
        return new BodyRequest(
                asked.required("domain", SenderDomain::of, "the sender domain, a host name"),
                asked.required("messageId", EventRequest::messageId, EventRequest.MESSAGE_ID_EXPECTED),
                asked.required("at", Position::of, "the place in the raw topic, " + Position.EXPECTED));
    }

    /** The message, of the domain that is answered for. */
    MessageKey messageOf(SenderDomain answered) {
        return new MessageKey(answered, messageId);
    }
}
