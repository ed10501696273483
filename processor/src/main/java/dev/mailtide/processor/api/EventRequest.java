package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.MailAddress;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import dev.mailtide.processor.readmodel.EventQuery;
import dev.mailtide.processor.readmodel.Place;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which events a request means.
 *
 * @param type of the events, as it was asked for
 */
record EventRequest(EventQuery query, Optional<String> type) {

    static final int ADDRESS_CHARS_MAX = 1_000;

    private static final Set<String> OF_LIST =
            Set.of("domain", "type", "recipientKey", "from", "to", "limit", "cursor");
    private static final Set<String> OF_PEER =
            Set.of("domain", "type", "recipientKey", "message", "from", "to", "limit", "cursor");
    private static final Set<String> OF_SEARCH =
            Set.of("domain", "type", "address", "messageId", "from", "to", "limit", "cursor");

    /** Reads the parameters of a list. */
    static EventRequest ofParameters(Map<String, List<String>> parameters) throws UnexpectedException {
        RequestTexts texts = RequestTexts.ofParameters(parameters, OF_LIST);
        return of(texts, recipient(texts), Optional.empty());
    }

    /** Reads what {@link #pathAndQuery} of another instance asks. */
    static EventRequest ofPeer(Map<String, List<String>> parameters) throws UnexpectedException {
        RequestTexts texts = RequestTexts.ofParameters(parameters, OF_PEER);
        return of(texts, recipient(texts), texts.read("message", orNone(Fingerprint::new), "32 hex digits"));
    }

    /** Reads the body of a search: an address never stands in a URL. */
    static EventRequest ofSearch(byte[] body, IdentityKey identity) throws UnexpectedException {
        JsonNode json = RequestTexts.object(body, OF_SEARCH);
        RequestTexts texts = RequestTexts.ofObject(json);
        if (!texts.has("address") && !texts.has("messageId")) {
            throw new UnexpectedException("Expected address or messageId, or both.");
        }
        Optional<RecipientKey> recipient = texts.read(
                "address",
                address -> recipientKey(address, identity),
                "an address of 1 to " + ADDRESS_CHARS_MAX + " characters");
        Optional<Fingerprint> message = texts.read(
                        "messageId", EventRequest::messageId, "1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters")
                .map(EventQuery::hashOf);
        return of(texts, recipient, message);
    }

    /** What stands for a recipient; nothing if this can be no address. */
    static Optional<RecipientKey> recipientKey(String address, IdentityKey identity) {
        return Optional.of(address)
                .filter(text -> !text.isBlank() && text.length() <= ADDRESS_CHARS_MAX)
                .map(text -> identity.keyOf(MailAddress.read(text).text()));
    }

    private static Optional<String> messageId(String text) {
        return Optional.of(MessageKey.bareId(text))
                .filter(id -> !id.isEmpty() && id.length() <= MessageKey.MESSAGE_ID_CHARS_MAX);
    }

    private static Optional<RecipientKey> recipient(RequestTexts texts) throws UnexpectedException {
        return texts.read("recipientKey", orNone(RecipientKey::new), "32 lower-case hex digits");
    }

    static <T> Function<String, Optional<T>> orNone(Function<String, T> reading) {
        return text -> {
            try {
                return Optional.of(reading.apply(text));
            } catch (IllegalArgumentException notOne) {
                return Optional.empty();
            }
        };
    }

    private static EventRequest of(RequestTexts texts, Optional<RecipientKey> recipient, Optional<Fingerprint> message)
            throws UnexpectedException {
        Optional<Set<EventKind>> kinds = texts.read("type", EventRequest::kinds, "one of " + types());
        Optional<Instant> from = texts.time("from");
        Optional<Instant> to = texts.time("to");
        if (from.isPresent() && to.filter(end -> end.isAfter(from.get())).isEmpty() && to.isPresent()) {
            throw new UnexpectedException("from, to: expected from to be before to.");
        }
        EventQuery query = new EventQuery(
                texts.domain(),
                recipient,
                message,
                kinds.orElse(Set.of()),
                from,
                to,
                texts.read("cursor", Place::ofCursor, "the nextCursor of an earlier answer"),
                texts.limit());
        return new EventRequest(query, texts.read("type", Optional::of, ""));
    }

    /** Bounces have one type and three kinds: each can be asked for, and all of them. */
    private static Optional<Set<EventKind>> kinds(String type) {
        Set<EventKind> kinds = EnumSet.noneOf(EventKind.class);
        for (EventKind kind : EventKind.values()) {
            if (kind.type().equals(type) || kind.counter().equals(type)) {
                kinds.add(kind);
            }
        }
        return Optional.of(kinds).filter(some -> !some.isEmpty());
    }

    private static Set<String> types() {
        Set<String> types = new TreeSet<>();
        Arrays.stream(EventKind.values()).forEach(kind -> types.addAll(List.of(kind.type(), kind.counter())));
        return types;
    }

    /** The same of another domain. */
    EventRequest of(SenderDomain domain) {
        return new EventRequest(
                new EventQuery(
                        domain,
                        query.recipient(),
                        query.message(),
                        query.kinds(),
                        query.from(),
                        query.to(),
                        query.after(),
                        query.limit()),
                type);
    }

    /** Asks another instance the same. */
    String pathAndQuery() {
        StringBuilder path = new StringBuilder("/v1/events").append("?domain=");
        path.append(query.domain().name()).append("&limit=").append(query.limit());
        type.ifPresent(text -> path.append("&type=").append(text));
        query.recipient().ifPresent(key -> path.append("&recipientKey=").append(key.hex()));
        query.message().ifPresent(hash -> path.append("&message=").append(hash.hex()));
        query.from().ifPresent(time -> path.append("&from=").append(Times.text(time)));
        query.to().ifPresent(time -> path.append("&to=").append(Times.text(time)));
        query.after().ifPresent(place -> path.append("&cursor=").append(place.cursor()));
        return path.toString();
    }
}
