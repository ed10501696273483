package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import dev.mailtide.processor.readmodel.Place;
import dev.mailtide.processor.readmodel.ReadAnswers;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Lists of events of one domain, the newest first, and the search for those of an address or of a message. */
final class EventRoutes {

    private static final String PATH = "/v1/events";

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final EventPolicy MASKED = Masked.of(EventPolicy.KEEP_ALL);

    private final Optional<ReadAnswers> answers;
    private final Spread spread;
    private final IdentityKey identity;

    /**
     * @param answers what is here; nothing where this process has no read model
     * @param identity makes recipient keys of the addresses that are searched for
     */
    EventRoutes(Optional<ReadAnswers> answers, Spread spread, IdentityKey identity) {
        this.answers = answers;
        this.spread = spread;
        this.identity = identity;
    }

    void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        routes.get(
                PATH,
                request -> Expected.orSayWhat(
                        request, () -> list(request, EventRequest.ofParameters(request.queryParamMap()))));
        routes.post(PATH + "/search", request -> Expected.orSayWhat(request, () -> search(request)));
        routes.amongInstances(
                PATH,
                request -> Expected.orSayWhat(
                        request, () -> spread.answerPeer(request, here(EventRequest.ofPeer(request.queryParamMap())))));
    }

    private void search(Context request) throws UnexpectedException {
        Expected.noParameters(request);
        list(request, EventRequest.ofSearch(request.bodyAsBytes(), identity));
    }

    private Optional<ObjectNode> here(EventRequest asked) {
        return answers.flatMap(held -> held.events(asked.query()));
    }

    private void list(Context request, EventRequest wanted) {
        Caller caller = Caller.of(request);
        SenderDomain domain = caller.answerFor(wanted.query().domain());
        EventRequest asked = wanted.of(domain);
        List<ObjectNode> parts = spread.parts(here(asked), asked.pathAndQuery(), Optional.empty());
        if (parts.isEmpty()) {
            Spread.notHere(request);
            return;
        }
        ObjectNode answer = together(parts, asked.query().limit(), caller);
        if (caller.notesRead(
                Optional.of(domain), OptionalLong.of(answer.path("events").size()))) {
            Spread.answer(request, answer);
        } else {
            Expected.notNoted(request);
        }
    }

    /** Of each part nothing is left out up to its end, so up to the first of these ends nothing is left out at all. */
    private ObjectNode together(List<ObjectNode> parts, int limit, Caller caller) {
        TreeMap<Place, JsonNode> found = new TreeMap<>();
        Optional<Place> end = Optional.empty();
        for (ObjectNode part : parts) {
            part.path("events").forEach(event -> found.putIfAbsent(place(event), event));
            Optional<Place> ofThis = Place.ofCursor(part.path(ReadAnswers.END).asText(""));
            Optional<Place> before = end;
            end = ofThis.filter(place -> before.isEmpty() || place.compareTo(before.get()) < 0)
                    .or(() -> before);
        }
        Optional<Place> last = end;
        List<Place> shown = found.keySet().stream()
                .filter(place -> last.isEmpty() || place.compareTo(last.get()) <= 0)
                .limit(limit)
                .toList();
        ObjectNode answer = spread.begun(parts);
        ArrayNode events = answer.putArray("events");
        shown.forEach(place -> events.add(seen(found.getOrDefault(place, JSON.nullNode()), caller)));
        boolean isCut = shown.size() == limit && found.size() > limit;
        Optional<Place> next = isCut ? Optional.of(shown.get(limit - 1)) : last;
        return answer.put("nextCursor", next.map(Place::cursor).orElse(null));
    }

    private static Place place(JsonNode event) {
        return new Place(
                Instant.parse(event.path("occurredAt").asText()).toEpochMilli(),
                new Fingerprint(event.path("id").asText()));
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
