package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.MailAddress;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.readmodel.EventQuery;
import dev.mailtide.processor.readmodel.Place;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which events a request means.
 *
 * @param type of the events, as it was asked for
 * @param limit of the rows, as it was asked for
 */
record EventRequest(EventQuery query, Optional<String> type, Optional<Integer> limit) {

    static final int ADDRESS_CHARS_MAX = 1_000;
    static final String MESSAGE_ID_EXPECTED = "1 to " + MessageKey.MESSAGE_ID_CHARS_MAX + " characters";

    private static final Set<String> OF_LIST =
            Set.of("domain", "type", "recipientKey", "from", "to", "limit", "cursor");
    private static final Set<String> AMONG_INSTANCES =
            Set.of("domain", "type", "recipientKey", "message", "from", "to", "limit", "cursor");
    private static final Set<String> OF_SEARCH =
            Set.of("domain", "type", "address", "messageId", "from", "to", "limit", "cursor");

    /** Reads the parameters of a list. */
    static EventRequest ofList(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, OF_LIST);
        return of(asked, recipient(asked), Optional.empty());
    }

    /** Reads what {@link #pathAndQuery} of another instance asks. */
    static EventRequest ofInstance(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, AMONG_INSTANCES);
        return of(
                asked,
                recipient(asked),
                asked.read("message", Parameters.orNone(Fingerprint::new), "32 lower-case hex digits"));
    }

    /** Reads the body of a search: an address never stands in a URL. */
    static EventRequest ofSearch(Context request, IdentityKey identity) throws UnexpectedException {
        ObjectNode body = RequestBody.of(request, OF_SEARCH);
        Parameters asked = Parameters.ofObject(body);
        if (!asked.has("domain")) {
            throw new UnexpectedException("domain: expected the sender domain, a host name.");
        }
        if (!asked.has("address") && !asked.has("messageId")) {
            throw new UnexpectedException("Expected address or messageId, or both.");
        }
        Optional<RecipientKey> recipient = asked.read(
                "address",
                address -> recipientKey(address, identity),
                "an address of 1 to " + ADDRESS_CHARS_MAX + " characters");
        Optional<Fingerprint> message = asked.read("messageId", EventRequest::messageId, MESSAGE_ID_EXPECTED)
                .map(EventQuery::hashOf);
        return of(asked, recipient, message);
    }

    /** What stands for a recipient; nothing if this can be no address. */
    static Optional<RecipientKey> recipientKey(String address, IdentityKey identity) {
        return Optional.of(address)
                .filter(text -> !text.isBlank() && text.length() <= ADDRESS_CHARS_MAX)
                .map(text -> identity.keyOf(MailAddress.read(text).text()));
    }

    /** The id without angle brackets; nothing if this can be none. */
    static Optional<String> messageId(String text) {
        return Optional.of(MessageKey.bareId(text))
                .filter(id -> !id.isEmpty() && id.length() <= MessageKey.MESSAGE_ID_CHARS_MAX);
    }

    private static Optional<RecipientKey> recipient(Parameters asked) throws UnexpectedException {
        return asked.read("recipientKey", Parameters.orNone(RecipientKey::new), "32 lower-case hex digits");
    }

    private static EventRequest of(Parameters asked, Optional<RecipientKey> recipient, Optional<Fingerprint> message)
            throws UnexpectedException {
        Optional<Set<EventKind>> kinds = asked.read("type", EventRequest::kinds, "one of " + types());
        Optional<Instant> from = asked.time("from");
        Optional<Instant> to = asked.time("to");
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new UnexpectedException("from, to: expected from to be before to.");
        }
        EventQuery query = new EventQuery(
                asked.domain(),
                recipient,
                message,
                kinds.orElse(Set.of()),
                from,
                to,
                asked.cursor(Place::ofCursor),
                asked.limit());
        return new EventRequest(query, asked.read("type", Optional::of, ""), asked.limitAsked());
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

    private static String types() {
        Set<String> types = new TreeSet<>();
        Arrays.stream(EventKind.values()).forEach(kind -> types.addAll(List.of(kind.type(), kind.counter())));
        return String.join(", ", types);
    }

    /** The same of another domain. */
    EventRequest of(Optional<SenderDomain> domain) {
        return new EventRequest(query.of(domain), type, limit);
    }

    /** The same for another page. */
    EventRequest page(Optional<String> cursor, int rows) {
        Optional<Place> after = cursor.flatMap(Place::ofCursor).or(query::after);
        return new EventRequest(query.page(after, rows), type, limit);
    }

    /** Asks another instance the same. */
    String pathAndQuery() {
        StringBuilder path = new StringBuilder("/v1/events?limit=").append(query.limit());
        query.domain().ifPresent(domain -> path.append("&domain=").append(domain.name()));
        type.ifPresent(text -> path.append("&type=").append(text));
        query.recipient().ifPresent(key -> path.append("&recipientKey=").append(key.hex()));
        query.message().ifPresent(hash -> path.append("&message=").append(hash.hex()));
        query.from().ifPresent(time -> path.append("&from=").append(Times.text(time)));
        query.to().ifPresent(time -> path.append("&to=").append(Times.text(time)));
        query.after().ifPresent(place -> path.append("&cursor=").append(place.cursor()));
        return path.toString();
    }
}
