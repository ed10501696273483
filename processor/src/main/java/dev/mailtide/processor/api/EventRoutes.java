package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.readmodel.Place;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Lists of events, the newest first, and the search for those of an address or of a message. */
final class EventRoutes {

    private static final String PATH = "/v1/events";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventPolicy MASKED = Masked.of(EventPolicy.KEEP_ALL);

    private final Spread spread;
    private final PagedAnswers paged;
    private final IdentityKey identity;

    /** @param identity makes recipient keys of the addresses that are searched for */
    EventRoutes(Spread spread, PagedAnswers paged, IdentityKey identity) {
        this.spread = spread;
        this.paged = paged;
        this.identity = identity;
    }

    void addTo(Routes routes) {
        routes.get(PATH, request -> list(request, EventRequest.ofList(request)));
        routes.post(PATH + "/search", request -> list(request, EventRequest.ofSearch(request, identity)));
        routes.amongInstances(PATH, request -> {
            EventRequest asked = EventRequest.ofInstance(request);
            spread.answerPeer(request, held -> held.events(asked.query()));
        });
    }

    private void list(Context request, EventRequest wanted) throws UnexpectedException {
        Caller caller = Caller.of(request);
        if (wanted.query().domain().isEmpty() && !caller.mayReadAll()) {
            throw new UnexpectedException(
                    "domain: expected the sender domain, a host name; only a token for all domains can leave it out.");
        }
        Optional<SenderDomain> domain = wanted.query().domain().map(caller::answerFor);
        EventRequest asked = wanted.of(domain);
        paged.answer(
                request,
                new PagedList(
                        Forms.EVENTS,
                        domain,
                        asked.limit(),
                        (cursor, limit) -> page(asked.page(cursor, limit), caller)));
    }

    private Optional<ObjectNode> page(EventRequest asked, Caller caller) {
        List<ObjectNode> parts =
                spread.parts(held -> held.events(asked.query()), asked.pathAndQuery(), Optional.empty());
        return parts.isEmpty()
                ? Optional.empty()
                : Optional.of(together(parts, asked.query().limit(), caller));
    }

    private ObjectNode together(List<ObjectNode> parts, int limit, Caller caller) {
        EventMerge page = EventMerge.of(parts, limit);
        ObjectNode answer = spread.begun(parts);
        ArrayNode events = answer.putArray("events");
        page.events().forEach(event -> events.add(seen(event, caller)));
        return answer.put("nextCursor", page.next().map(Place::cursor).orElse(null));
    }

    private static JsonNode seen(JsonNode event, Caller caller) {
        return caller.seesRecipients() ? event : masked(event);
    }

    private static JsonNode masked(JsonNode event) {
        byte[] full = event.toString().getBytes(StandardCharsets.UTF_8);
        try {
            return JSON.readTree(EventJson.of(MASKED, full).orElse("{}".getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("reading JSON that was just written", e);
        }
    }
}
