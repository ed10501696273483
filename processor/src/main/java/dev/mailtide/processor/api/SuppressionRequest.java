package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import io.javalin.http.Context;
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

    /**
     * The candidates of a domain.
     *
     * @param after only those behind this one
     * @param limit of the rows, as it was asked for
     */
    record Candidates(SenderDomain domain, Optional<RecipientKey> after, Optional<Integer> limit) {

        /** Reads the parameters. */
        static Candidates of(Context request) throws UnexpectedException {
            Parameters asked = Parameters.of(request, Set.of("domain", "cursor", "limit"));
            return new Candidates(domainOf(asked), asked.cursor(SuppressionRequest::after), asked.limitAsked());
        }

        /** A page of those of the domain that is answered for. */
        Page page(SenderDomain answered, Optional<String> cursor, int rows) {
            return new Page(answered, cursor.flatMap(SuppressionRequest::after).or(() -> after), rows);
        }
    }

    /** A page of the candidates of a domain. */
    record Page(SenderDomain domain, Optional<RecipientKey> after, int limit) {

        /** Reads what {@link #pathAndQuery} of another instance asks. */
        static Page ofInstance(Context request) throws UnexpectedException {
            Candidates asked = Candidates.of(request);
            return new Page(asked.domain(), asked.after(), asked.limit().orElse(Parameters.LIMIT_FALLBACK));
        }

        /** Asks another instance the same. */
        String pathAndQuery() {
            return "/v1/suppressions?domain=" + domain.name() + "&limit=" + limit
                    + after.map(key -> "&cursor=" + cursor(key)).orElse("");
        }
    }

    private static SenderDomain domainOf(Parameters asked) throws UnexpectedException {
        return asked.required("domain", SenderDomain::of, "the sender domain, a host name");
    }

    /** The cursor is opaque, so that what is behind it can change. */
    static String cursor(RecipientKey last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.hex().getBytes(StandardCharsets.UTF_8));
    }

    private static Optional<RecipientKey> after(String cursor) {
        return Parameters.orNone((String text) ->
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
        static Some ofAddresses(Context request, IdentityKey identity) throws UnexpectedException {
            return of(
                    request,
                    "addresses",
                    text -> EventRequest.recipientKey(text, identity),
                    "addresses of 1 to " + EventRequest.ADDRESS_CHARS_MAX + " characters");
        }

        /** Reads what another instance asks: recipient keys. */
        static Some ofKeys(Context request) throws UnexpectedException {
            return of(request, "recipientKeys", Parameters.orNone(RecipientKey::new), "recipient keys");
        }

        private static Some of(
                Context request, String member, Function<String, Optional<RecipientKey>> reading, String what)
                throws UnexpectedException {
            ObjectNode body = RequestBody.of(request, Set.of("domain", member));
            String expected = member + ": expected a list of 1 to " + RECIPIENTS_MAX + " " + what + ".";
            JsonNode list = body.path(member);
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
            return new Some(domainOf(Parameters.ofObject(body)), asked);
        }
    }

    /** Asks another instance for these. */
    static String bodyFor(SenderDomain domain, List<RecipientKey> recipients) {
        List<String> quoted = new ArrayList<>();
        recipients.forEach(recipient -> quoted.add("\"" + recipient.hex() + "\""));
        return "{\"domain\":\"" + domain.name() + "\",\"recipientKeys\":[" + String.join(",", quoted) + "]}";
    }
}
