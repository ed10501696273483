package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.processor.readmodel.Place;
import dev.mailtide.processor.readmodel.ReadAnswers;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One page of events, made of the parts of several instances. Of each part nothing is left out up to its end, so up to the
 * first of these ends nothing is left out at all, and behind it nothing is shown.
 *
 * @param events in the order of the list
 * @param next behind which the list goes on; nothing if that is all of it
 */
record EventMerge(List<JsonNode> events, Optional<Place> next) {

    /**
     * The page.
     *
     * @param parts what instances answered; an event may stand in several
     * @param limit how many events at most
     */
    static EventMerge of(List<ObjectNode> parts, int limit) {
        TreeMap<Place, JsonNode> found = new TreeMap<>();
        Optional<Place> end = Optional.empty();
        for (ObjectNode part : parts) {
            part.path("events").forEach(event -> found.putIfAbsent(place(event), event));
            Optional<Place> ofThis = Place.ofCursor(part.path(ReadAnswers.END).asText(""));
            Optional<Place> before = end;
            end = ofThis.filter(place -> before.isEmpty() || place.compareTo(before.get()) < 0)
                    .or(() -> before);
        }
        int all = found.size();
        end.ifPresent(last -> found.tailMap(last, false).clear());
        List<JsonNode> shown = found.values().stream().limit(limit).toList();
        boolean isCut = shown.size() == limit && all > limit;
        return new EventMerge(shown, isCut ? Optional.of(place(shown.get(limit - 1))) : end);
    }

    private static Place place(JsonNode event) {
        return new Place(
                Instant.parse(event.path("occurredAt").asText()).toEpochMilli(),
                new Fingerprint(event.path("id").asText()),
                event.path("senderDomain").asText());
    }
}
