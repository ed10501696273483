package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Which recipients a request about suppressions means. */
final class SuppressionRequest {

    /** In one question. */
    private static final int RECIPIENTS_MAX = 1_000;

    private SuppressionRequest() {}

    /** A page of the candidates of a domain. */
    record Page(SenderDomain domain, Optional<RecipientKey> after, int limit) {

        /** Reads the parameters. */
        static Page of(Map<String, List<String>> parameters) throws UnexpectedException {
            RequestTexts texts = RequestTexts.ofParameters(parameters, Set.of("domain", "cursor", "limit"));
            return new Page(
                    texts.domain(),
                    texts.read("cursor", SuppressionRequest::after, "the nextCursor of an earlier answer"),
                    texts.limit());
        }

        /** Asks another instance the same. */
        String pathAndQuery() {
            return "/v1/suppressions?domain=" + domain.name() + "&limit=" + limit
                    + after.map(key -> "&cursor=" + cursor(key)).orElse("");
        }
    }

    /** The cursor is opaque, so that what is behind it can change. */
    static String cursor(RecipientKey last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.hex().getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<RecipientKey> after(String cursor) {
        return EventRequest.orNone((String text) ->
                        new RecipientKey(new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8)))
                .apply(cursor)
                .filter(key -> cursor(key).equals(cursor));
    }

    /**
     * Some recipients of a domain.
     *
     * @param asked who, by the text that was asked for, in that order
     */
    record Some(SenderDomain domain, Map<String, RecipientKey> asked) {

        /** Reads the body of a check: addresses. */
        static Some ofAddresses(byte[] body, IdentityKey identity) throws UnexpectedException {
            return of(
                    body,
                    "addresses",
                    text -> EventRequest.recipientKey(text, identity),
                    "addresses of 1 to " + EventRequest.ADDRESS_CHARS_MAX + " characters");
        }

        /** Reads what another instance asks: recipient keys. */
        static Some ofKeys(byte[] body) throws UnexpectedException {
            return of(body, "recipientKeys", EventRequest.orNone(RecipientKey::new), "recipient keys");
        }

        private static Some of(
                byte[] body, String member, Function<String, Optional<RecipientKey>> reading, String what)
                throws UnexpectedException {
            JsonNode json = RequestTexts.object(body, Set.of("domain", member));
            String expected = member + ": expected a list of 1 to " + RECIPIENTS_MAX + " " + what + ".";
            JsonNode list = json.path(member);
            if (!list.isArray() || list.isEmpty() || list.size() > RECIPIENTS_MAX) {
                throw new UnexpectedException(expected);
            }
            Map<String, RecipientKey> asked = new LinkedHashMap<>();
            for (JsonNode item : list) {
                asked.put(
                        item.asText(),
                        Optional.of(item)
                                .filter(JsonNode::isTextual)
                                .flatMap(text -> reading.apply(text.textValue()))
                                .orElseThrow(() -> new UnexpectedException(expected)));
            }
            return new Some(RequestTexts.ofObject(json).domain(), asked);
        }
    }

    /** Asks another instance for these. */
    static String bodyFor(SenderDomain domain, List<RecipientKey> recipients) {
        List<String> quoted = new ArrayList<>();
        recipients.forEach(recipient -> quoted.add("\"" + recipient.hex() + "\""));
        return "{\"domain\":\"" + domain.name() + "\",\"recipientKeys\":[" + String.join(",", quoted) + "]}";
    }
}
