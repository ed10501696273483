package dev.mailtide.common.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mailtide.common.event.SenderDomain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.internals.Topic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two domains never share a topic, none has a fixed one, and Kafka takes them all beside each other. Why that is so: a whole
 * name is the domain between two fixed texts; a shortened one has a label that begins with a hyphen, which no host name has,
 * and a hash of 128 bits over the whole domain; no name has an underscore.
 */
class TopicNamesTest {

    private static final String LONGEST_PREFIX = "a".repeat(30) + "." + "b".repeat(30) + "." + "c".repeat(30) + ".";

    private static final List<String> NASTY_LABELS = List.of(
            "a",
            "b",
            "aa",
            "a-b",
            "a--b",
            "v1",
            "v2",
            "raw",
            "events",
            "domain",
            "domain-overflow",
            "domain-state",
            "overflow",
            "email",
            "xn--bcher-kva",
            "0",
            "x".repeat(62) + "y",
            "x".repeat(63),
            "x".repeat(31) + "-" + "x".repeat(31));

    @Test
    void domains_that_are_made_to_meet_do_not() {
        SortedSet<String> domains = new TreeSet<>(List.of(
                // Like the fixed topics, with and without what goes around a name.
                "raw",
                "raw.v1",
                "events.v1",
                "domain",
                "domain.v1",
                "domain-overflow",
                "domain-overflow.v1",
                "overflow",
                "email.domain-overflow.v1",
                "email.raw.v1",
                "domain.email.raw.v1",
                // What one is followed by, and what another begins with.
                "v1",
                "v1.v1",
                "a",
                "a.v1",
                "a.v1.v1",
                "domain.a",
                "domain.a.v1",
                // Equal once dots or hyphens are changed for one another.
                "a.b.example",
                "a-b.example",
                "a.b-example",
                "a-b-example",
                "a--b.example"));
        for (String end : List.of("a", "b")) {
            for (int length = 100; length <= 253; length++) {
                domains.add(longDomain(length, end));
            }
        }
        assertApart(withImitations(domains));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void domains_of_chance_do_not_meet_either(long seed) {
        Random random = new Random(seed);
        SortedSet<String> domains = new TreeSet<>();
        while (domains.size() < 3_000) {
            List<String> labels = new ArrayList<>();
            for (int left = 1 + random.nextInt(9); left > 0; left--) {
                labels.add(NASTY_LABELS.get(random.nextInt(NASTY_LABELS.size())));
            }
            SenderDomain.of(String.join(".", labels)).ifPresent(domain -> domains.add(domain.name()));
        }
        assertApart(withImitations(domains));
    }

    /** Those, and host names that come as near as they can to the shortened topics of the long ones. */
    private static SortedSet<String> withImitations(SortedSet<String> domains) {
        SortedSet<String> all = new TreeSet<>(domains);
        for (String prefix : List.of("email.", LONGEST_PREFIX)) {
            for (String domain : domains) {
                String topic = nameOf(prefix, domain);
                String between = topic.substring((prefix + "domain.").length(), topic.length() - ".v1".length());
                Stream.of(between, between.replace(".-", "."), between.replace(".-", "-"), between.replace(".-", ".0-"))
                        .flatMap(imitation -> SenderDomain.of(imitation).stream())
                        .forEach(imitation -> all.add(imitation.name()));
            }
        }
        return all;
    }

    private static void assertApart(SortedSet<String> domains) {
        for (String prefix : List.of("email.", "email.domain.", LONGEST_PREFIX)) {
            Topics topics = new Topics(prefix, TopicSizes.DEFAULT);
            // Kafka refuses a topic whose name differs from another only in dots and underscores: their metrics would
            // meet.
            Map<String, String> takenBy = new HashMap<>();
            topics.fixed().forEach(fixed -> takenBy.put(Topic.unifyCollisionChars(fixed.name()), "a fixed topic"));
            for (String domain : domains) {
                String name = nameOf(prefix, domain);
                assertThat(topics.isOfADomain(name)).as(name).isTrue();
                assertThatCode(() -> Topic.validate(name)).as(name).doesNotThrowAnyException();
                assertThat(takenBy.put(Topic.unifyCollisionChars(name), domain))
                        .as("who has the topic of %s, %s, too", domain, name)
                        .isNull();
            }
        }
    }

    @Test
    void a_domain_has_one_topic_in_every_spelling() {
        assertThat(Stream.of(
                                "bücher.example",
                                "BÜCHER.Example",
                                "bücher.example.",
                                "bücher。example",
                                "bu\u0308cher.example",
                                "xn--bcher-kva.example",
                                "XN--BCHER-KVA.EXAMPLE.")
                        .map(TopicNamesTest::topicOfSpelling))
                .containsOnly(Optional.of("email.domain.xn--bcher-kva.example.v1"));
        String longest = longDomain(253, "z");
        assertThat(Stream.of(longest, longest.toUpperCase(Locale.ROOT), longest + ".")
                        .map(TopicNamesTest::topicOfSpelling))
                .containsOnly(Optional.of(nameOf("email.", longest)));
    }

    @Test
    void a_domain_of_u_labels_that_is_too_long_as_a_labels_has_no_topic_and_a_shortened_one_is_over_a_labels() {
        String unicode = String.join(".", "ü".repeat(40), "ü".repeat(40), "ü".repeat(40), "ü".repeat(40));
        String ascii = SenderDomain.of(unicode).orElseThrow().name();

        assertThat(ascii).hasSizeGreaterThan(180).matches("[a-z0-9.-]+");
        assertThat(topicOfSpelling(unicode)).contains(nameOf("email.", ascii));
        assertThat(topicOfSpelling(unicode + "." + "ü".repeat(40) + "." + "ü".repeat(20)))
                .isEmpty();
    }

    private static Optional<String> topicOfSpelling(String spelling) {
        return SenderDomain.of(spelling).map(domain -> nameOf("email.", domain.name()));
    }

    /** A domain of this many characters; those with different ends have as much in common as can be. */
    private static String longDomain(int length, String end) {
        String head = ("a".repeat(60) + ".").repeat(5).substring(0, length - 1);
        return (head.endsWith(".") ? head.substring(0, length - 2) + "a" : head) + end;
    }

    private static String nameOf(String prefix, String domain) {
        return new Topics(prefix, TopicSizes.DEFAULT)
                .ofDomain(new SenderDomain(domain))
                .name();
    }
}
