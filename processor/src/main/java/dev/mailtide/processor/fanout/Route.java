package dev.mailtide.processor.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * Where the events of one domain go: a row of the routes topic.
 *
 * @param place where they go now
 * @param previous where they went before, if that was another place
 * @param creating why an own topic is being made, or tried to be made, for a domain that has none; it holds one of the places
 *     that {@code fan-out.own-topics-max} allows
 * @param events how many were seen, about, while they are counted for {@link RouteReason#VOLUME}; else 0
 * @param partitions of the own topic when the row was written; 0 of any other route
 */
public record Route(
        SenderDomain domain,
        Place place,
        RouteReason reason,
        Optional<Place> previous,
        Optional<RouteReason> creating,
        int events,
        int partitions) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One place and from when on it was the one.
     *
     * @param topic nothing where events are ignored
     */
    public record Place(RouteKind kind, Optional<String> topic, Instant since) {

        ObjectNode addTo(ObjectNode json) {
            json.put("route", kind.wireName());
            topic.ifPresent(name -> json.put("topic", name));
            return json.put("since", Times.text(since));
        }

        static Optional<Place> of(JsonNode json) {
            try {
                Instant since = Instant.parse(json.path("since").asText());
                return RouteKind.named(json.path("route").asText())
                        .map(kind -> new Place(
                                kind, Optional.ofNullable(json.path("topic").textValue()), since));
            } catch (DateTimeException notOurs) {
                return Optional.empty();
            }
        }
    }

    /** Whether events can go by it: not while its first own topic is being made. */
    boolean isDecided() {
        return reason != RouteReason.CREATING;
    }

    /** Whether it waits for more events. */
    boolean isCounted() {
        return reason == RouteReason.VOLUME && place.kind() == RouteKind.OVERFLOW && creating.isEmpty();
    }

    Route promising(RouteReason why) {
        return new Route(domain, place, reason, previous, Optional.of(why), 0, 0);
    }

    Route because(RouteReason why) {
        return new Route(domain, place, why, previous, Optional.empty(), 0, 0);
    }

    Route withEvents(int seen) {
        return new Route(domain, place, reason, previous, creating, seen, partitions);
    }

    Route withPartitions(int own) {
        return new Route(domain, place, reason, previous, creating, events, own);
    }

    /** The value of the row, and an item of a list. */
    public ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("domain", domain.name());
        place.addTo(json).put("reason", reason.wireName());
        creating.ifPresent(why -> json.put("creating", why.wireName()));
        if (events > 0) {
            json.put("events", events);
        }
        if (partitions > 0) {
            json.put("partitions", partitions);
        }
        previous.ifPresent(before -> before.addTo(json.putObject("previous")));
        return json;
    }

    byte[] bytes() {
        return json().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a row; nothing if it is none. */
    static Optional<Route> of(byte[] value) {
        try {
            JsonNode json = JSON.readTree(value);
            Optional<SenderDomain> domain = SenderDomain.of(json.path("domain").asText());
            Optional<Place> place = Place.of(json);
            if (domain.isEmpty() || place.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(new Route(
                    domain.get(),
                    place.get(),
                    RouteReason.named(json.path("reason").asText()),
                    Place.of(json.path("previous")),
                    Optional.ofNullable(json.path("creating").textValue()).map(RouteReason::named),
                    json.path("events").asInt(),
                    json.path("partitions").asInt()));
        } catch (IOException notJson) {
            return Optional.empty();
        }
    }
}
