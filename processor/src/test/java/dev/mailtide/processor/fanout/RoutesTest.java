package dev.mailtide.processor.fanout;

import static dev.mailtide.processor.fanout.FanOuts.SOON;
import static dev.mailtide.processor.fanout.FanOuts.overflow;
import static dev.mailtide.processor.fanout.FanOuts.own;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.fanout.DomainRoutes.Ordered;
import dev.mailtide.processor.fanout.RouteJournal.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where events go, with a real broker for each test. */
class RoutesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private KafkaAccess kafka;
    private FanOuts fanOuts;

    @BeforeEach
    void start() throws IOException {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort());
        kafka = KafkaAccess.at(broker.bootstrapServers());
        fanOuts = new FanOuts(kafka, folder);
    }

    @AfterEach
    void stop() {
        fanOuts.close();
        broker.close();
    }

    @Test
    void two_instances_count_to_one_cap_and_one_of_them_writes() {
        fanOuts.start("one", FanOutSettings.upTo(5));
        fanOuts.start("two", FanOutSettings.upTo(5));
        List<String> domains = domains(0, 40);
        fanOuts.publish(domains, "m-1");
        fanOuts.publish(domains, "m-2");
        fanOuts.publish(domains, "m-3");

        SortedMap<String, List<String>> standing = fanOuts.awaitAll();

        assertThat(fanOuts.ownTopics()).hasSize(5);
        SortedMap<String, Route> routes = fanOuts.routes();
        assertThat(routes.keySet()).containsExactlyInAnyOrderElementsOf(domains);
        assertThat(routes.values())
                .filteredOn(row -> row.place().kind() == RouteKind.OWN)
                .hasSize(5);
        standing.forEach((key, topics) -> assertThat(topics)
                .containsExactly(Optional.ofNullable(routes.get(key.substring(0, key.indexOf('/'))))
                        .orElseThrow()
                        .place()
                        .topic()
                        .orElseThrow()));
        await().atMost(SOON)
                .until(() -> fanOuts.metric("one", "mailtide_fan_out_writes_routes")
                                + fanOuts.metric("two", "mailtide_fan_out_writes_routes")
                        == 1);
        for (String instance : List.of("one", "two")) {
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(fanOuts.metric(instance, "mailtide_fan_out_own_topics"))
                        .isEqualTo(5);
                assertThat(fanOuts.metric(instance, "mailtide_fan_out_routes{route=\"overflow\"}"))
                        .isEqualTo(35);
                assertThat(fanOuts.metric(instance, "mailtide_fan_out_domains_waiting"))
                        .isEqualTo(0);
            });
        }
    }

    @Test
    void a_domain_moves_and_each_event_stands_where_the_route_was_when_it_was_processed() {
        FanOutApplication before = fanOuts.start("one", FanOutSettings.upTo(1));
        fanOuts.publish(List.of("a.example"), "m-1");
        fanOuts.awaitAll();
        fanOuts.publish(List.of("b.example"), "m-1");
        fanOuts.awaitAll();
        assertThat(order("b.example", RouteKind.OWN)).isEqualTo(Ordered.CAP);
        assertThat(fanOuts.routeOf("b.example").reason()).isEqualTo(RouteReason.CAP);

        fanOuts.stop(before);
        fanOuts.start("one", FanOutSettings.upTo(2));
        fanOuts.publish("b.example", "before", 50);
        assertThat(order("b.example", RouteKind.OWN)).isEqualTo(Ordered.DONE);
        fanOuts.publish("b.example", "after", 50);
        assertThat(order("a.example", RouteKind.OVERFLOW)).isEqualTo(Ordered.DONE);
        fanOuts.publish(List.of("a.example"), "m-2");
        assertThat(order("c.example", RouteKind.IGNORED)).isEqualTo(Ordered.DONE);
        fanOuts.publish(List.of("c.example"), "m-1");
        fanOuts.ignoring(1);

        await().atMost(SOON).until(() -> fanOuts.standing().containsKey("a.example/m-2"));
        SortedMap<String, List<String>> standing = fanOuts.awaitAll();
        assertThat(standing.get("a.example/m-1")).containsExactly(own("a.example"));
        assertThat(standing.get("a.example/m-2")).containsExactly(overflow());
        assertThat(standing.get("b.example/m-1")).containsExactly(overflow());
        assertThat(IntStream.range(0, 50).mapToObj(n -> standing.get("b.example/after-" + n)))
                .allMatch(List.of(own("b.example"))::equals);
        Route moved = fanOuts.routeOf("b.example");
        assertThat(moved.reason()).isEqualTo(RouteReason.BY_HAND);
        assertThat(moved.partitions()).isEqualTo(1);
        assertThat(moved.previous().orElseThrow().topic()).contains(overflow());
        assertThat(moved.previous().orElseThrow().since())
                .isBefore(moved.place().since());
        assertThat(fanOuts.orders().all())
                .extracting(row -> row.domain().name() + " " + row.place().kind())
                .containsExactly("a.example OVERFLOW", "b.example OWN", "c.example IGNORED");
    }

    @Test
    void an_own_topic_that_nobody_has_any_more_counts_until_it_is_deleted() throws Exception {
        fanOuts.start("one", FanOutSettings.upTo(1));
        fanOuts.publish(List.of("a.example"), "m-1");
        fanOuts.awaitAll();
        assertThat(order("a.example", RouteKind.OVERFLOW)).isEqualTo(Ordered.DONE);

        assertThat(order("b.example", RouteKind.OWN)).isEqualTo(Ordered.CAP);
        fanOuts.deleteTopics(Set.of(own("a.example")));
        await().atMost(SOON).until(() -> order("b.example", RouteKind.OWN) == Ordered.DONE);

        assertThat(fanOuts.ownTopics()).containsExactly(own("b.example"));
    }

    @Test
    void the_one_who_goes_on_after_the_writer_was_killed_keeps_to_the_cap() throws Exception {
        List<String> domains = domains(0, 60);
        try (FanOutChild writer = new FanOutChild(kafka, folder.resolve("child"), "child", 10)) {
            fanOuts.publish(domains.subList(0, 5), "m-1");
            fanOuts.awaitAll();
            fanOuts.start("other", FanOutSettings.upTo(10));
            assertThat(writer.isAlive()).isTrue();
            // Killed while it has a lot to write.
            fanOuts.publish(domains, "m-2");
            await().atMost(SOON).until(() -> fanOuts.routes().size() > 5);
        }
        fanOuts.publish(domains, "m-3");

        fanOuts.awaitAll();

        assertThat(fanOuts.ownTopics()).hasSize(10);
        assertThat(fanOuts.routes()).hasSize(60);
        assertThat(fanOuts.gaveUp).isEmpty();
    }

    @Test
    void whoever_begins_to_write_shuts_out_who_did_before_and_takes_back_what_he_had_not_committed() {
        RouteBook book = new RouteBook(FanOuts.TOPICS, FanOutSettings.upTo(9), List.of(), Set.of());
        List<Entry> row = domains(0, 3).stream()
                .map(domain -> Entry.of(book.ordered(
                        new SenderDomain(domain), RouteKind.IGNORED, Instant.parse("2026-04-18T20:27:26Z"))))
                .toList();
        try (RouteJournal first = openJournal()) {
            first.write(row.subList(0, 1));
            try (RouteJournal second = openJournal()) {
                assertThatThrownBy(() -> first.write(row.subList(1, 2))).isInstanceOf(KafkaException.class);
                second.write(row.subList(2, 3));
            }
        }
        assertThat(fanOuts.routes().keySet()).containsExactly("domain-0.example", "domain-2.example");
    }

    private RouteJournal openJournal() {
        RouteTopics topics = new RouteTopics(kafka, FanOuts.TOPICS, FanOutApplication.APPLICATION_ID);
        return RouteJournal.open(kafka, topics.transactionalId(), topics.routes());
    }

    /** Each believes to be the one: that is settled by who begins, and not by who shall. */
    @Test
    void a_term_that_begins_ends_the_one_before_at_its_next_row() throws Exception {
        RouteTerm.Means means = new RouteTerm.Means(
                kafka,
                FanOuts.TOPICS,
                new RouteTopics(kafka, FanOuts.TOPICS, FanOutApplication.APPLICATION_ID),
                FanOutSettings.upTo(9),
                new RouteTable(100),
                () -> Instant.parse("2026-04-18T20:27:26Z"));
        try (RouteTerm first = RouteTerm.begin(means);
                RouteTerm second = RouteTerm.begin(means);
                KafkaProducer<String, byte[]> producer =
                        new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
            RouteRequest.Wish wish = new RouteRequest.Wish("1", new SenderDomain("a.example"), RouteKind.IGNORED);
            String requests = means.routeTopics().requests();
            producer.send(new ProducerRecord<>(requests, RouteRequest.of(wish).bytes()))
                    .get();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatThrownBy(first::turn)
                            .isInstanceOfAny(ProducerFencedException.class, InvalidProducerEpochException.class));
            assertThat(fanOuts.routes()).isEmpty();
            await().atMost(PATIENCE)
                    .until(() -> second.turn() && !fanOuts.routes().isEmpty());
        }
        assertThat(fanOuts.routes().keySet()).containsExactly("a.example");
    }

    @Test
    void a_writer_that_hangs_is_replaced_and_can_write_nothing_when_it_goes_on() throws Exception {
        try (FanOutChild writer = new FanOutChild(kafka, folder.resolve("child"), "child", 10)) {
            fanOuts.publish(domains(0, 5), "m-1");
            fanOuts.awaitAll();
            fanOuts.start("other", FanOutSettings.upTo(10));
            writer.hang();
            fanOuts.publish(domains(5, 30), "m-1");
            fanOuts.awaitAll();
            assertThat(fanOuts.metric("other", "mailtide_fan_out_writes_routes"))
                    .isEqualTo(1);

            writer.goOn();
            fanOuts.publish(domains(30, 60), "m-1");
            fanOuts.awaitAll();
        }
        assertThat(fanOuts.ownTopics()).hasSize(10);
        assertThat(fanOuts.routes()).hasSize(60);
        assertThat(fanOuts.gaveUp).isEmpty();
    }

    @Test
    void an_own_topic_that_somebody_deletes_is_made_again() throws Exception {
        fanOuts.start("one", FanOutSettings.upTo(2));
        fanOuts.publish(List.of("a.example"), "m-1");
        fanOuts.awaitAll();

        fanOuts.deleteTopics(Set.of(own("a.example")));

        await().atMost(SOON).until(() -> fanOuts.routeOf("a.example").reason() == RouteReason.MADE_AGAIN);
        assertThat(fanOuts.ownTopics()).containsExactly(own("a.example"));
        fanOuts.publish(List.of("a.example"), "m-2");
        await().atMost(SOON).until(() -> fanOuts.standing().containsKey("a.example/m-2"));
        assertThat(fanOuts.standing().keySet()).containsExactly("a.example/m-2");
    }

    @Test
    void the_routes_are_written_again_from_memory_when_somebody_deletes_their_topic() throws Exception {
        fanOuts.start("one", FanOutSettings.upTo(2));
        fanOuts.start("two", FanOutSettings.upTo(2));
        fanOuts.publish(domains(0, 10), "m-1");
        fanOuts.awaitAll();
        assertThat(order("domain-9.example", RouteKind.IGNORED)).isEqualTo(Ordered.DONE);
        SortedMap<String, Route> before = fanOuts.routes();

        fanOuts.deleteTopics(Set.of(FanOuts.TOPICS.domainRoutes().name()));

        await().atMost(SOON).ignoreExceptions().until(() -> fanOuts.routes().equals(before));
        fanOuts.publish(domains(5, 20), "m-2");
        fanOuts.ignoring(1);
        fanOuts.awaitAll();
        assertThat(fanOuts.ownTopics()).hasSize(2);
        assertThat(fanOuts.gaveUp).isEmpty();
    }

    @Test
    void own_topics_without_a_route_are_kept_even_beyond_the_cap() throws Exception {
        Set<String> early = new HashSet<>(List.of("a.example", "b.example", "c.example"));
        kafka.createMissing(early.stream()
                .map(domain -> FanOuts.TOPICS.ofDomain(new SenderDomain(domain)))
                .toList());

        fanOuts.start("one", FanOutSettings.upTo(1));
        fanOuts.publish(List.of("a.example", "b.example", "c.example", "d.example"), "m-1");

        SortedMap<String, List<String>> standing = fanOuts.awaitAll();
        early.forEach(domain -> assertThat(standing.get(domain + "/m-1")).containsExactly(own(domain)));
        assertThat(standing.get("d.example/m-1")).containsExactly(overflow());
        assertThat(fanOuts.routeOf("a.example").reason()).isEqualTo(RouteReason.EXISTING);
        assertThat(fanOuts.routeOf("d.example").reason()).isEqualTo(RouteReason.CAP);
    }

    @Test
    void an_own_topic_that_was_there_keeps_its_partitions_and_one_that_compacts_gets_no_events() throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.createTopics(List.of(
                            new NewTopic(own("a.example"), 3, (short) 1),
                            new NewTopic(own("b.example"), 1, (short) 1).configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        fanOuts.start("one", FanOutSettings.upTo(9));
        fanOuts.publish(List.of("a.example", "b.example"), "m-1");

        SortedMap<String, List<String>> standing = fanOuts.awaitAll();

        assertThat(standing.get("a.example/m-1")).containsExactly(own("a.example"));
        assertThat(fanOuts.routeOf("a.example").partitions()).isEqualTo(3);
        assertThat(standing.get("b.example/m-1")).containsExactly(overflow());
        assertThat(fanOuts.routeOf("b.example").reason()).isEqualTo(RouteReason.CREATION_REFUSED);
    }

    @Test
    void rules_say_for_each_pattern_where_events_go_and_how_topics_are_made() throws Exception {
        fanOuts.start(
                "one",
                settings(Map.of(
                        "fan-out.rules",
                        "noise.example ignore, *.small.example own minimum-events=4, big.example own partitions=3 retention=7d,"
                                + " *.big.example overflow")));
        fanOuts.publish(
                List.of("noise.example", "a.small.example", "big.example", "x.big.example", "other.example"), "m-1");
        fanOuts.ignoring(1);

        SortedMap<String, List<String>> standing = fanOuts.awaitAll();

        assertThat(standing.get("big.example/m-1")).containsExactly(own("big.example"));
        assertThat(standing.get("other.example/m-1")).containsExactly(own("other.example"));
        assertThat(standing.get("x.big.example/m-1")).containsExactly(overflow());
        assertThat(standing.get("a.small.example/m-1")).containsExactly(overflow());
        assertThat(fanOuts.routeOf("noise.example").place().topic()).isEmpty();
        assertThat(fanOuts.routeOf("big.example").partitions()).isEqualTo(3);
        assertThat(retentionOf(own("big.example"))).isEqualTo("604800000");

        fanOuts.publish("a.small.example", "more", 3);
        await().atMost(SOON)
                .until(() -> fanOuts.routeOf("a.small.example").place().kind() == RouteKind.OWN);
        assertThat(fanOuts.routeOf("a.small.example").reason()).isEqualTo(RouteReason.VOLUME);
        fanOuts.publish(List.of("a.small.example"), "last");
        SortedMap<String, List<String>> later = fanOuts.awaitAll();
        assertThat(later.get("a.small.example/more-0")).containsExactly(overflow());
        assertThat(later.get("a.small.example/last")).containsExactly(own("a.small.example"));
    }

    private String retentionOf(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try (Admin admin = kafka.openAdmin()) {
            Map<ConfigResource, Config> found =
                    admin.describeConfigs(List.of(resource)).all().get();
            return Optional.ofNullable(found.get(resource))
                    .orElseThrow()
                    .get("retention.ms")
                    .value();
        }
    }

    private static FanOutSettings settings(Map<String, String> file) {
        SettingsReader reader = new SettingsReader(file, Map.of());
        FanOutSettings settings = FanOutSettings.read(reader);
        reader.finish();
        return settings;
    }

    private Ordered order(String domain, RouteKind kind) {
        return fanOuts.orders().order(new SenderDomain(domain), kind, PATIENCE);
    }

    private static List<String> domains(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(n -> "domain-" + n + ".example")
                .toList();
    }
}
