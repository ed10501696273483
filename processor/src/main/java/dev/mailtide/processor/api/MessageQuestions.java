package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.processor.aggregate.StateKey;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes questions of requests for one message. */
final class MessageQuestions {

    private MessageQuestions() {}

    /** The question. */
    static Question one(Context request) throws UnexpectedException {
        SenderDomain asked = Parameters.of(request, Set.of("domain"))
                .required("domain", SenderDomain::of, "the sender domain of the message; it is part of its key");
        String id = MessageKey.bareId(request.pathParam("messageId"));
        if (id.isEmpty() || id.length() > MessageKey.MESSAGE_ID_CHARS_MAX) {
            throw new UnexpectedException(
                    "messageId: expected 1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters.");
        }
        SenderDomain domain = Caller.of(request).answerFor(asked);
        MessageKey message = new MessageKey(domain, id);
        return new Question(
                domain,
                StateKey.of(message),
                RequestLine.path(request) + "?domain=" + URLEncoder.encode(domain.name(), StandardCharsets.UTF_8),
                from -> from.message(message),
                "Nothing has been heard of this message of this domain.");
    }

    /** How many people's rows an answer has. */
    static OptionalLong rows(ObjectNode answer) {
        return OptionalLong.of(answer.path("recipients").size());
    }

    /** The answer for somebody who may not see whom a message went to. */
    static ObjectNode masked(ObjectNode answer) {
        for (JsonNode recipient : answer.path("recipients")) {
            Optional<String> address =
                    Optional.ofNullable(recipient.path("recipient").textValue());
            FieldPolicy.MASK.ofAddress(address).ifPresent(mask -> ((ObjectNode) recipient).put("recipient", mask));
        }
        return answer;
    }
}
