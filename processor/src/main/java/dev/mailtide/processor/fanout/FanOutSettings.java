package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the fan-out can be told: which domains have a topic of their own, and how it is made. */
public final class FanOutSettings {

    private static final String NONE = "none";
    private static final int RULES_MAX = 1_000;

    private static final Setting<Integer> OWN_TOPICS_MAX = Setting.number(
            "fan-out.own-topics-max",
            500,
            0,
            100_000,
            "How many sender domains may have a topic of their own; further ones share the overflow topic.");
    private static final Setting<Integer> ROUTES_MAX = Setting.number(
            "fan-out.routes-max",
            200_000,
            1_000,
            1_000_000,
            "For how many sender domains a route is kept, in memory too (about 400 bytes each); further ones share the overflow"
                    + " topic, and are not listed.");
    private static final Setting<Integer> MINIMUM_EVENTS = Setting.number(
            "fan-out.minimum-events",
            1,
            1,
            1_000_000,
            "How many events, about, a domain must have had for a topic of its own; until then they stand in the overflow topic."
                    + " 1: from its first event on.");
    private static final Setting<List<String>> RULES = Setting.plain(
            "fan-out.rules",
            NONE,
            "none, or a list divided by commas, each " + DomainRule.EXPECTED,
            "What is meant for a domain when it is first heard of; the first rule that fits it counts. What none fits has an own"
                    + " topic. See [where events go](#where-events-go).",
            FanOutSettings::items);

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = List.of(OWN_TOPICS_MAX, ROUTES_MAX, MINIMUM_EVENTS, RULES);

    private final int ownTopicsMax;
    private final int routesMax;
    private final List<DomainRule> rules;
    private final DomainRule otherwise;

    /** @param rules in the order in which they count */
    FanOutSettings(int ownTopicsMax, int routesMax, List<DomainRule> rules, DomainRule otherwise) {
        this.ownTopicsMax = ownTopicsMax;
        this.routesMax = routesMax;
        this.rules = List.copyOf(rules);
        this.otherwise = otherwise;
    }

    /** Own topics for so many domains from their first event on, and the overflow topic for all others. */
    public static FanOutSettings upTo(int ownTopicsMax) {
        return new FanOutSettings(ownTopicsMax, 200_000, List.of(), DomainRule.ownFrom(1));
    }

    /** Reads them; problems are noted in the reader. */
    public static FanOutSettings read(SettingsReader reader) {
        int minimumEvents = reader.read(MINIMUM_EVENTS);
        List<DomainRule> rules = reader.read(RULES).stream()
                .flatMap(text -> DomainRule.read(text, RULES.key(), minimumEvents, reader).stream())
                .toList();
        return new FanOutSettings(
                reader.read(OWN_TOPICS_MAX), reader.read(ROUTES_MAX), rules, DomainRule.ownFrom(minimumEvents));
    }

    /** What is wrong with one of them, the reader is told by {@link DomainRule#read}, for each of them. */
    private static Optional<List<String>> items(String text) {
        if (text.equals(NONE)) {
            return Optional.of(List.of());
        }
        List<String> items =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        return Optional.of(items).filter(some -> some.size() <= RULES_MAX && !some.contains(""));
    }

    int ownTopicsMax() {
        return ownTopicsMax;
    }

    int routesMax() {
        return routesMax;
    }

    DomainRule ruleFor(SenderDomain domain) {
        return rules.stream().filter(rule -> rule.isFor(domain)).findFirst().orElse(otherwise);
    }
}
