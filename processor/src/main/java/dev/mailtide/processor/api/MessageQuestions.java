package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.processor.aggregate.StateKey;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Makes questions of requests for one message. */
final class MessageQuestions {

    private MessageQuestions() {}

    /** The question; nothing if the request is answered, with what was expected of it. */
    static Optional<Question> one(Context request) {
        if (!Parameters.areOnly(request, Set.of("domain"))) {
            return Optional.empty();
        }
        Optional<SenderDomain> asked =
                Optional.ofNullable(request.queryParam("domain")).flatMap(SenderDomain::of);
        String id = MessageKey.bareId(request.pathParam("messageId"));
        if (asked.isEmpty()) {
            return Parameters.unexpected(
                    request, "domain: expected the sender domain of the message; it is part of its key.");
        }
        if (id.isEmpty() || id.length() > MessageKey.MESSAGE_ID_CHARS_MAX) {
            return Parameters.unexpected(
                    request, "messageId: expected 1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters.");
        }
        SenderDomain domain = Caller.of(request).answerFor(asked.get());
        MessageKey message = new MessageKey(domain, id);
        return Optional.of(new Question(
                domain,
                StateKey.of(message),
                RequestLine.path(request) + "?domain=" + URLEncoder.encode(domain.name(), StandardCharsets.UTF_8),
                from -> from.message(message),
                "Nothing has been heard of this message of this domain."));
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
