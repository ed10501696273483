package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.Found;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;

/**
 * What is meant for the domains of a pattern, when they are first heard of.
 *
 * @param pattern a domain, {@code *.} and a domain for all below it, or {@code *} for all
 * @param route where their events go
 * @param minimumEvents how many events a domain must have had for a topic of its own, 1 or more
 * @param partitions of an own topic; 0: what holds for all
 * @param retention of an own topic; nothing: what holds for all
 * @param replication copies of an own topic; 0: what holds for all
 */
record DomainRule(
        String pattern,
        RouteKind route,
        int minimumEvents,
        int partitions,
        Optional<Duration> retention,
        int replication) {

    static final String EXPECTED =
            "DOMAIN own|overflow|ignore, for own followed by any of minimum-events=N, partitions=N, retention=TIME, replication=N;"
                    + " DOMAIN is clinic.example, *.clinic.example or *";

    private static final Setting<Integer> MINIMUM_EVENTS = number("minimum-events", 1_000_000);
    private static final Setting<Integer> PARTITIONS = number("partitions", 100);
    private static final Setting<Integer> REPLICATION = number("replication", 9);
    private static final Setting<Duration> RETENTION =
            Setting.duration("retention", "30d", Duration.ofHours(1), Duration.ofDays(3_650), "");
    private static final List<Setting<?>> OPTIONS = List.of(MINIMUM_EVENTS, PARTITIONS, RETENTION, REPLICATION);

    private static Setting<Integer> number(String key, int most) {
        return Setting.number(key, 1, 1, most, "");
    }

    /** Own topics from the first event on, as all are made. */
    static DomainRule ownFrom(int minimumEvents) {
        return new DomainRule("*", RouteKind.OWN, minimumEvents, 0, Optional.empty(), 0);
    }

    /**
     * Reads one; what is wrong with it is noted in the reader.
     *
     * @param key of the setting that it is from
     * @param minimumEvents where it says nothing of them
     */
    static Optional<DomainRule> read(String text, String key, int minimumEvents, SettingsReader reader) {
        List<String> words = Arrays.asList(text.strip().split("\\s+"));
        Optional<RouteKind> route = words.size() < 2
                ? Optional.empty()
                : RouteKind.named(words.get(1)).filter(kind -> !words.get(1).equals("ignored"));
        if (route.isEmpty() || !isPattern(words.get(0))) {
            reader.problem(key + ": expected each rule to be " + EXPECTED + "; found " + Found.value(text.strip()));
            return Optional.empty();
        }
        List<String> options = words.subList(2, words.size());
        if (route.get() != RouteKind.OWN && !options.isEmpty()) {
            reader.problem(key + ": " + words.get(0) + " has options, which only an own topic can have");
        }
        if (!areGood(words.get(0), options, key, reader)) {
            return Optional.empty();
        }
        return Optional.of(new DomainRule(
                words.get(0),
                route.get(),
                option(MINIMUM_EVENTS, options).orElse(minimumEvents),
                option(PARTITIONS, options).orElse(0),
                option(RETENTION, options),
                option(REPLICATION, options).orElse(0)));
    }

    private static boolean isPattern(String text) {
        String domain = text.startsWith("*.") ? text.substring(2) : text;
        return text.equals("*")
                || SenderDomain.of(domain)
                        .filter(same -> same.name().equals(domain))
                        .isPresent();
    }

    private static boolean areGood(String pattern, List<String> options, String key, SettingsReader reader) {
        Set<String> seen = new HashSet<>();
        boolean areGood = true;
        for (String option : options) {
            Optional<Setting<?>> known = OPTIONS.stream()
                    .filter(setting -> option.startsWith(setting.key() + "="))
                    .findFirst();
            boolean isTwice = known.isPresent() && !seen.add(known.get().key());
            if (known.isEmpty()
                    || isTwice
                    || option(known.get(), List.of(option)).isEmpty()) {
                reader.problem(key + ": " + pattern + ": expected "
                        + known.map(setting -> setting.key() + "= once, " + setting.expected())
                                .orElse("minimum-events=, partitions=, retention= or replication=")
                        + ", found " + Found.value(option));
                areGood = false;
            }
        }
        return areGood;
    }

    private static <T> Optional<T> option(Setting<T> setting, List<String> options) {
        return options.stream()
                .filter(option -> option.startsWith(setting.key() + "="))
                .findFirst()
                .flatMap(option ->
                        setting.parser().parse(option.substring(setting.key().length() + 1)));
    }

    boolean isFor(SenderDomain domain) {
        return pattern.equals("*")
                || (pattern.startsWith("*.")
                        ? domain.name().endsWith(pattern.substring(1))
                        : domain.name().equals(pattern));
    }

    /** The own topic of such a domain, made of the one that any domain would have. */
    Topic<String, byte[]> shaped(Topic<String, byte[]> own) {
        Topic.Shape all = own.shape();
        Topic.Shape shape = new Topic.Shape(
                partitions == 0 ? all.partitions() : partitions,
                replication == 0 ? all.replication() : (short) replication,
                all.configs());
        Topic.Shape kept = retention
                .map(time -> shape.with(TopicConfig.RETENTION_MS_CONFIG, Long.toString(time.toMillis())))
                .orElse(shape);
        return new Topic<>(own.name(), own.keys(), own.values(), kept);
    }
}
