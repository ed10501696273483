package dev.mailtide.processor.api;

import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import dev.mailtide.processor.deadletter.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A question for the body of one event of a message.
 *
 * @param domain as it was asked for, in the scope or not
 * @param messageId without angle brackets, 1 to 998 characters
 * @param at where the body stands in the raw topic
 */
record BodyRequest(SenderDomain domain, String messageId, Position at) {

    static BodyRequest ofParameters(Map<String, List<String>> parameters) throws UnexpectedException {
        RequestTexts texts = RequestTexts.ofParameters(parameters, Set.of("domain", "messageId", "at"));
        String ofId = "1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters";
        String ofPlace = "the place in the raw topic, " + Position.EXPECTED;
        return new BodyRequest(
                texts.domain(),
                texts.read("messageId", BodyRequest::id, ofId)
                        .orElseThrow(() -> new UnexpectedException("messageId: expected " + ofId + ".")),
                texts.read("at", Position::of, ofPlace)
                        .orElseThrow(() -> new UnexpectedException("at: expected " + ofPlace + ".")));
    }

    private static Optional<String> id(String text) {
        return Optional.of(MessageKey.bareId(text))
                .filter(id -> !id.isEmpty() && id.length() <= MessageKey.MESSAGE_ID_CHARS_MAX);
    }

    /** The message, of the domain that is answered for. */
    MessageKey messageOf(SenderDomain answered) {
        return new MessageKey(answered, messageId);
    }
}
