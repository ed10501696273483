package dev.mailtide.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private static final Topics ONE_COPY = new Topics("email.", TopicSizes.DEFAULT);
    private static final Topics THREE_COPIES = new Topics("mail.prod.", new TopicSizes(12, 6, 5, 2, (short) 3));

    /** sha256 of {@code domainOf(234, "a")}, first 16 bytes, taken with another program. */
    private static final String HASH = "284d6490ce0c6921bb033adcc685dbce";

    @Test
    void the_fixed_topics_of_a_single_broker_are_these() {
        assertThat(table(ONE_COPY.fixed())).isEqualTo("""
                        email.raw.v1 8x1 {cleanup.policy=delete, flush.messages=1, max.message.bytes=6291456, \
                        message.timestamp.type=LogAppendTime, retention.ms=7776000000}
                        email.events.v1 8x1 {cleanup.policy=delete, retention.ms=2592000000}
                        email.domain-state.v1 4x1 {cleanup.policy=compact}
                        email.domain-series.v1 4x1 {cleanup.policy=compact}
                        email.dead-letters.v1 8x1 {cleanup.policy=delete, max.message.bytes=6291456, \
                        message.timestamp.type=LogAppendTime, retention.ms=7776000000}
                        email.domain-overflow.v1 4x1 {cleanup.policy=delete, retention.ms=2592000000}
                        email.domain-routes.v1 4x1 {cleanup.policy=compact}
                        email.source-status.v1 4x1 {cleanup.policy=compact}
                        email.suppressions.v1 4x1 {cleanup.policy=compact}
                        email.api-tokens.v1 4x1 {cleanup.policy=compact}
                        email.access-log.v1 1x1 {cleanup.policy=delete, retention.ms=189388800000}""");
    }

    @Test
    void the_fixed_topics_of_a_cluster_with_three_copies_are_these() {
        assertThat(table(THREE_COPIES.fixed())).isEqualTo("""
                        mail.prod.raw.v1 12x3 {cleanup.policy=delete, max.message.bytes=6291456, \
                        message.timestamp.type=LogAppendTime, min.insync.replicas=2, retention.ms=7776000000}
                        mail.prod.events.v1 12x3 {cleanup.policy=delete, retention.ms=2592000000}
                        mail.prod.domain-state.v1 6x3 {cleanup.policy=compact}
                        mail.prod.domain-series.v1 6x3 {cleanup.policy=compact}
                        mail.prod.dead-letters.v1 12x3 {cleanup.policy=delete, max.message.bytes=6291456, \
                        message.timestamp.type=LogAppendTime, retention.ms=7776000000}
                        mail.prod.domain-overflow.v1 5x3 {cleanup.policy=delete, retention.ms=2592000000}
                        mail.prod.domain-routes.v1 6x3 {cleanup.policy=compact}
                        mail.prod.source-status.v1 6x3 {cleanup.policy=compact}
                        mail.prod.suppressions.v1 6x3 {cleanup.policy=compact}
                        mail.prod.api-tokens.v1 6x3 {cleanup.policy=compact}
                        mail.prod.access-log.v1 1x3 {cleanup.policy=delete, retention.ms=189388800000}""");
    }

    private static String table(List<Topic<String, byte[]>> topics) {
        return topics.stream().map(TopicsTest::row).collect(Collectors.joining("\n"));
    }

    private static String row(Topic<?, ?> topic) {
        Topic.Shape shape = topic.shape();
        return topic.name() + " " + shape.partitions() + "x" + shape.replication() + " "
                + new TreeMap<>(shape.configs());
    }

    @Test
    void a_topic_is_created_with_its_name_its_shape_and_its_settings() {
        assertThat(ONE_COPY.events().toCreate())
                .isEqualTo(new NewTopic("email.events.v1", 8, (short) 1)
                        .configs(Map.of("cleanup.policy", "delete", "retention.ms", "2592000000")));
    }

    @Test
    void a_topic_says_its_cleanup_policy() {
        assertThat(ONE_COPY.fixed())
                .extracting(topic -> topic.shape().cleanup())
                .containsExactly(
                        "delete", "delete", "compact", "compact", "delete", "delete", "compact", "compact", "compact",
                        "compact", "delete");
    }

    @Test
    void keys_are_text_and_values_are_bytes_as_they_are() {
        byte[] value = {0, -1, 7};

        assertThat(ONE_COPY.raw().keys().serializer().serialize("t", "ü"))
                .isEqualTo(new byte[] {(byte) 0xc3, (byte) 0xbc});
        assertThat(ONE_COPY.raw().values().serializer().serialize("t", value)).isEqualTo(value);
    }

    @Test
    void a_domain_has_a_topic_of_its_own_under_its_name() {
        assertThat(row(ONE_COPY.ofDomain(new SenderDomain("clinic.example"))))
                .isEqualTo(
                        "email.domain.clinic.example.v1 1x1 {cleanup.policy=delete, retention.ms=2592000000, segment.index.bytes=524288}");
        assertThat(row(THREE_COPIES.ofDomain(new SenderDomain("clinic.example"))))
                .isEqualTo(
                        "mail.prod.domain.clinic.example.v1 2x3 {cleanup.policy=delete, retention.ms=2592000000, segment.index.bytes=524288}");
    }

    @Test
    void a_domain_whose_topic_name_would_be_too_long_is_shortened_with_a_hash() {
        // "email.domain." and ".v1" leave 233 characters; the hash is the start of SHA-256 over the domain.
        String fits = domainOf(233, "a");
        String tooLong = domainOf(234, "a");

        assertThat(nameOf(fits)).hasSize(249).isEqualTo("email.domain." + fits + ".v1");
        assertThat(nameOf(tooLong)).isEqualTo("email.domain." + tooLong.substring(0, 199) + ".-" + HASH + ".v1");
    }

    @Test
    void the_domain_of_an_own_topic_is_known_from_its_name_unless_it_was_shortened() {
        assertThat(ONE_COPY.domainOf("email.domain.clinic.example.v1")).contains(new SenderDomain("clinic.example"));
        assertThat(ONE_COPY.domainOf(nameOf(domainOf(234, "a")))).isEmpty();
        assertThat(ONE_COPY.domainOf("email.domain.Clinic.example.v1")).isEmpty();
        assertThat(ONE_COPY.domainOf("email.domain.v1.v1")).contains(new SenderDomain("v1"));
        assertThat(ONE_COPY.domainOf("email.domain-overflow.v1")).isEmpty();
        assertThat(ONE_COPY.domainOf("mail.domain.clinic.example.v1")).isEmpty();
    }

    @Test
    void no_two_domains_share_a_topic_and_every_name_is_one_that_kafka_takes() {
        List<String> names = nastyDomains().map(TopicsTest::nameOf).toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.matches("[a-z0-9.-]{1,249}"));
        assertThat(names).allMatch(ONE_COPY::isOfADomain);
        assertThat(names)
                .doesNotContainAnyElementsOf(
                        ONE_COPY.fixed().stream().map(Topic::name).toList());
    }

    /** Names that meet where they are cut, that look like a shortened one, or like a fixed topic. */
    private static Stream<String> nastyDomains() {
        Stream<String> aroundTheLimit = IntStream.rangeClosed(190, 253)
                .mapToObj(length -> length)
                .flatMap(length -> Stream.of("a", "b", "c").map(end -> domainOf(length, end)));
        Stream<String> special = Stream.of(
                "v1",
                "overflow",
                "v1.v1",
                "domain",
                "domain.v1",
                "overflow.v1",
                "example",
                "example.v1",
                "a.example",
                "a-example",
                HASH + ".example",
                domainOf(199, "a") + "." + HASH,
                domainOf(200, "b") + HASH);
        return Stream.concat(aroundTheLimit, special).distinct();
    }

    /** A domain of this many characters which ends in this letter. */
    private static String domainOf(int length, String end) {
        String labels = ("a".repeat(60) + ".").repeat(5);
        String head = labels.substring(0, length - 1);
        return (head.endsWith(".") ? head.substring(0, length - 2) + "a" : head) + end;
    }

    private static String nameOf(String domain) {
        return ONE_COPY.ofDomain(new SenderDomain(domain)).name();
    }

    @Test
    void with_the_longest_prefix_domains_stay_apart_too() {
        Topics topics =
                new Topics("a".repeat(30) + "." + "b".repeat(30) + "." + "c".repeat(30) + ".", TopicSizes.DEFAULT);
        List<String> names = Stream.of("a", "b")
                .map(end ->
                        topics.ofDomain(new SenderDomain(domainOf(253, end))).name())
                .toList();

        assertThat(names)
                .doesNotHaveDuplicates()
                .allSatisfy(name -> assertThat(name).hasSize(249));
    }

    @Test
    void no_fixed_topic_and_no_topic_of_another_prefix_is_taken_for_one_of_a_domain() {
        assertThat(ONE_COPY.fixed()).noneMatch(topic -> ONE_COPY.isOfADomain(topic.name()));
        assertThat(ONE_COPY.isOfADomain("mail.domain.clinic.example.v1")).isFalse();
        assertThat(ONE_COPY.isOfADomain("email.domain.clinic.example.v2")).isFalse();
        assertThat(ONE_COPY.isOfADomain("email.domain.v1")).isFalse();
    }
}
