package dev.mailtide.processor.fanout;

import static dev.mailtide.processor.fanout.FanOuts.SOON;
import static dev.mailtide.processor.fanout.FanOuts.overflow;
import static dev.mailtide.processor.fanout.FanOuts.own;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.fanout.DomainRoutes.Ordered;
import dev.mailtide.testkit.kafka.SecureKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka does not let the fan-out make topics of domains, look at them, or write their routes. */
class RefusedTopicsTest {

    private static final String USER = "User:fan-out";
    private static final Duration WAITING = Duration.ofSeconds(Long.getLong("mailtide.fan.out.waiting.seconds", 20));
    private static final AclBinding REFUSAL = binding(
            new ResourcePattern(ResourceType.TOPIC, "email.domain.", PatternType.PREFIXED),
            AclOperation.CREATE,
            AclPermissionType.DENY);

    @TempDir
    Path folder;

    @Test
    void events_go_to_the_overflow_topic_until_the_right_comes_and_to_the_own_topic_then() throws Exception {
        try (SecureKafka secure = SecureKafka.start(folder)) {
            KafkaAccess user = userWithAllBut(REFUSAL, secure);
            try (FanOuts fanOuts = new FanOuts(secure.inside(), user, folder)) {
                fanOuts.start("one", FanOutSettings.upTo(2));
                fanOuts.publish(List.of("a.example", "b.example", "c.example"), "m-1");

                SortedMap<String, List<String>> standing = fanOuts.awaitAll();
                assertThat(standing.values()).allMatch(List.of(overflow())::equals);
                // Two of them hold the places that there are.
                assertThat(fanOuts.routes().values())
                        .extracting(Route::reason)
                        .containsExactlyInAnyOrder(
                                RouteReason.CREATION_REFUSED, RouteReason.CREATION_REFUSED, RouteReason.CAP);
                await().atMost(SOON).until(() -> fanOuts.metric("one", "mailtide_fan_out_creations_refused") == 2);
                String refused = fanOuts.routes().values().stream()
                        .filter(row -> row.reason() == RouteReason.CREATION_REFUSED)
                        .map(row -> row.domain().name())
                        .findFirst()
                        .orElseThrow();
                assertThat(fanOuts.orders().order(new SenderDomain(refused), RouteKind.OWN, Duration.ofSeconds(30)))
                        .isEqualTo(Ordered.CREATION_REFUSED);

                try (Admin admin = secure.inside().openAdmin()) {
                    admin.deleteAcls(List.of(REFUSAL.toFilter())).all().get();
                }
                await().atMost(SOON).until(() -> fanOuts.metric("one", "mailtide_fan_out_creations_refused") == 0);
                fanOuts.publish(List.of("a.example", "b.example", "c.example"), "m-2");

                SortedMap<String, List<String>> healed = fanOuts.awaitAll();
                assertThat(healed.get(refused + "/m-1")).containsExactly(overflow());
                assertThat(healed.get(refused + "/m-2")).containsExactly(own(refused));
                assertThat(fanOuts.ownTopics()).hasSize(2);
                assertThat(fanOuts.gaveUp).isEmpty();
            }
        }
    }

    @Test
    void a_topic_that_may_not_be_looked_at_is_refused_and_holds_no_other_domain_up() throws Exception {
        try (SecureKafka secure = SecureKafka.start(folder)) {
            KafkaAccess user = userWithAllBut(
                    binding(
                            new ResourcePattern(ResourceType.TOPIC, own("a.example"), PatternType.LITERAL),
                            AclOperation.DESCRIBE,
                            AclPermissionType.DENY),
                    secure);
            try (FanOuts fanOuts = new FanOuts(secure.inside(), user, folder)) {
                fanOuts.start("one", FanOutSettings.upTo(9));
                fanOuts.publish(List.of("a.example", "b.example"), "m-1");

                SortedMap<String, List<String>> standing = fanOuts.awaitAll();

                assertThat(standing.get("a.example/m-1")).containsExactly(overflow());
                assertThat(standing.get("b.example/m-1")).containsExactly(own("b.example"));
                assertThat(fanOuts.routeOf("a.example").reason()).isEqualTo(RouteReason.CREATION_REFUSED);
                assertThat(fanOuts.gaveUp).isEmpty();
            }
        }
    }

    /** At one failure every ten seconds or so, it takes four minutes until failures that are counted would end it. */
    @Test
    void new_domains_wait_while_routes_may_not_be_written_which_ends_nothing_and_go_on_when_they_may()
            throws Exception {
        try (SecureKafka secure = SecureKafka.start(folder)) {
            AclBinding refusal = binding(
                    new ResourcePattern(
                            ResourceType.TOPIC, FanOuts.TOPICS.domainRoutes().name(), PatternType.LITERAL),
                    AclOperation.WRITE,
                    AclPermissionType.DENY);
            KafkaAccess user = userWithAllBut(refusal, secure);
            try (FanOuts fanOuts = new FanOuts(secure.inside(), user, folder)) {
                fanOuts.start("one", FanOutSettings.upTo(9));
                fanOuts.publish(List.of("a.example"), "m-1");

                String why = "fan-out routes: cannot write the routes of domains (TopicAuthorizationException)";
                await().atMost(SOON).until(() -> fanOuts.problems("one").contains(why));
                await().atMost(WAITING.plus(SOON))
                        .during(WAITING)
                        .until(() -> fanOuts.gaveUp.isEmpty()
                                && fanOuts.problems("one").contains(why));
                assertThat(fanOuts.standing()).isEmpty();
                try (Admin admin = secure.inside().openAdmin()) {
                    admin.deleteAcls(List.of(refusal.toFilter())).all().get();
                }

                assertThat(fanOuts.awaitAll().get("a.example/m-1")).containsExactly(own("a.example"));
                await().atMost(SOON).until(() -> fanOuts.problems("one").isEmpty());
                assertThat(fanOuts.gaveUp).isEmpty();
            }
        }
    }

    private static KafkaAccess userWithAllBut(AclBinding refusal, SecureKafka secure) {
        secure.addUser("fan-out", "password-of-the-test");
        List<AclBinding> rights = new ArrayList<>(List.of(refusal));
        for (ResourceType type : List.of(ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)) {
            rights.add(binding(
                    new ResourcePattern(type, "*", PatternType.LITERAL), AclOperation.ALL, AclPermissionType.ALLOW));
        }
        secure.allow(rights);
        return new KafkaAccess(secure.withPassword("fan-out", "password-of-the-test"));
    }

    @Test
    void a_quota_for_making_topics_is_a_refusal_too_and_holds_nobody_up() throws Exception {
        List<String> domains =
                IntStream.range(0, 60).mapToObj(n -> "q-" + n + ".example").toList();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort())) {
            KafkaAccess kafka = KafkaAccess.at(broker.bootstrapServers());
            try (FanOuts fanOuts = new FanOuts(kafka, folder);
                    Admin admin = kafka.openAdmin()) {
                fanOuts.start("one", FanOutSettings.upTo(100));
                quota(admin, 0.1);

                fanOuts.publish(domains, "m-1");

                // Kafka lets a burst pass, and refuses the rest.
                SortedMap<String, List<String>> standing = fanOuts.awaitAll();
                assertThat(standing.values()).contains(List.of(overflow()));
                await().atMost(SOON).until(() -> fanOuts.metric("one", "mailtide_fan_out_creations_refused") > 0);
                quota(admin, 1_000_000);
                await().atMost(SOON).until(() -> fanOuts.metric("one", "mailtide_fan_out_own_topics") == 60);
                assertThat(fanOuts.gaveUp).isEmpty();
            }
        }
    }

    /** Partitions of topics that any user may have made in a second, seen over ten seconds. */
    private static void quota(Admin admin, double perSecond) throws Exception {
        ClientQuotaEntity everybody = new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.USER, null));
        admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        everybody, List.of(new ClientQuotaAlteration.Op("controller_mutation_rate", perSecond)))))
                .all()
                .get();
    }

    private static AclBinding binding(ResourcePattern on, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(on, new AccessControlEntry(USER, "*", operation, permission));
    }
}
