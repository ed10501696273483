package dev.mailtide.processor.fanout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody asks of the one who writes routes: a record of the topic of requests.
 *
 * @param asked domains that have no route yet
 * @param waited those whose events are waited with, and whose own topic is to be made before others
 * @param seen events that have come since the last request, of domains whose events are counted
 * @param wish what somebody orders
 */
record RouteRequest(
        List<SenderDomain> asked, List<SenderDomain> waited, Map<SenderDomain, Integer> seen, Optional<Wish> wish) {

    private static final RouteRequest NOTHING = new RouteRequest(List.of(), List.of(), Map.of(), Optional.empty());

    /** So many domains are asked for at once at most. */
    static final int DOMAINS_MAX = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Copies all. */
    RouteRequest {
        asked = List.copyOf(asked);
        waited = List.copyOf(waited);
        seen = Map.copyOf(seen);
    }

    /** @param id the same each time that it is said again */
    record Wish(String id, SenderDomain domain, RouteKind kind) {}

    static RouteRequest of(Wish wish) {
        return new RouteRequest(List.of(), List.of(), Map.of(), Optional.of(wish));
    }

    byte[] bytes() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        names(asked, json.putArray("asked"));
        names(waited, json.putArray("waited"));
        ObjectNode counts = json.putObject("seen");
        seen.forEach((domain, events) -> counts.put(domain.name(), events));
        wish.ifPresent(order -> json.putObject("wish")
                .put("id", order.id())
                .put("domain", order.domain().name())
                .put("route", order.kind().wireName()));
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void names(List<SenderDomain> domains, ArrayNode to) {
        domains.forEach(domain -> to.add(domain.name()));
    }

    /** Reads a record; one that is not ours asks for nothing. */
    static RouteRequest of(byte[] value) {
        try {
            JsonNode json = JSON.readTree(value);
            Map<SenderDomain, Integer> seen = new HashMap<>();
            json.path("seen")
                    .properties()
                    .forEach(count -> SenderDomain.of(count.getKey())
                            .filter(domain -> count.getValue().asInt() > 0)
                            .ifPresent(
                                    domain -> seen.put(domain, count.getValue().asInt())));
            return new RouteRequest(
                    domainsIn(json.path("asked")), domainsIn(json.path("waited")), seen, wishIn(json.path("wish")));
        } catch (IOException notJson) {
            return NOTHING;
        }
    }

    private static List<SenderDomain> domainsIn(JsonNode names) {
        return names.valueStream()
                .flatMap(domain -> SenderDomain.of(domain.asText()).stream())
                .toList();
    }

    private static Optional<Wish> wishIn(JsonNode json) {
        return SenderDomain.of(json.path("domain").asText())
                .flatMap(domain -> RouteKind.named(json.path("route").asText())
                        .map(kind -> new Wish(json.path("id").asText(), domain, kind)));
    }
}
