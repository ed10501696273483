package dev.mailtide.testkit.answers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.List;

/** The orders of the list of domains, as the description of the API has them. */
final class ReferenceOrder {

    static final List<String> ALL = List.of("name", "volume", "hardBounceRate", "openRate", "lastEvent");

    private static final double NO_RATE = -1;
    private static final double JUDGED_AHEAD = 2;

    private ReferenceOrder() {}

    /** Of states of domains. */
    static Comparator<JsonNode> by(String sort) {
        Comparator<JsonNode> byName =
                Comparator.comparing(state -> state.get("domain").textValue());
        Comparator<JsonNode> greatestFirst = switch (sort) {
            case "name" -> byName;
            case "volume" ->
                Comparator.comparingLong(state -> -state.at("/messages/total").longValue());
            case "hardBounceRate" -> Comparator.comparingDouble(state -> -place(state.at("/rates/hardBounce")));
            case "openRate" -> Comparator.comparingDouble(state -> -place(state.at("/rates/open")));
            case "lastEvent" ->
                Comparator.<JsonNode, String>comparing(
                                state -> state.get("lastEventAt").textValue())
                        .reversed();
            default -> throw new IllegalArgumentException(sort);
        };
        return greatestFirst.thenComparing(byName);
    }

    /** Those with enough to be judged by come first, and those without a rate last. */
    private static double place(JsonNode rate) {
        if (!rate.path("value").isNumber()) {
            return NO_RATE;
        }
        return rate.get("value").doubleValue() + (rate.get("judged").booleanValue() ? JUDGED_AHEAD : 0);
    }
}
