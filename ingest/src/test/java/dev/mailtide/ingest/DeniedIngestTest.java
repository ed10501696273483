package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.fault.Sender;
import dev.mailtide.testkit.kafka.TestKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka does not let ingest do what it needs, until somebody lets it: the same process goes on with what it kept. Everybody
 * is the same user here, the broker to itself included, and may do all that no rule forbids.
 */
class DeniedIngestTest {

    private static final Duration ACK_WAIT = Duration.ofMillis(250);
    private static final ResourcePattern CLUSTER =
            new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
    private static final ResourcePattern ALL_TOPICS = new ResourcePattern(ResourceType.TOPIC, "*", PatternType.LITERAL);

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init") // Started before all tests.
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init") // Opened before all tests.
    private static Admin admin;

    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);

    @TempDir
    Path spool;

    @BeforeAll
    static void startBroker() throws IOException {
        broker = EmbeddedBroker.start(
                folder.resolve("kafka"),
                EmbeddedBroker.freePort(),
                Map.of(
                        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found", "true"));
        admin = KafkaAccess.at(broker.bootstrapServers()).openAdmin();
    }

    @AfterAll
    static void stopBroker() {
        admin.close(Duration.ZERO);
        broker.close();
    }

    @AfterEach
    void allowAll() throws Exception {
        admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
    }

    @Test
    void while_writing_the_raw_topic_is_denied_bodies_are_kept_and_then_drained_by_the_same_process() throws Exception {
        try (IngestService ingest = ingest()) {
            Sender sender = IngestSetup.senderTo(ingest);
            sender.awaitStored("kafka", 1);
            deny(topic(topics.raw().name()), AclOperation.WRITE);
            keeps(sender);
            allowAll();
            drains(sender);
        }
    }

    @Test
    void ingest_that_may_neither_create_nor_describe_its_topics_starts_and_keeps_bodies_and_then_drains_them()
            throws Exception {
        deny(CLUSTER, AclOperation.CREATE);
        deny(ALL_TOPICS, AclOperation.CREATE);
        deny(ALL_TOPICS, AclOperation.DESCRIBE);
        startsDenied();
    }

    @Test
    void ingest_that_may_not_create_the_topic_of_its_status_takes_bodies_to_kafka_all_the_same() throws Exception {
        deny(CLUSTER, AclOperation.CREATE);
        deny(topic(topics.sourceStatus().name()), AclOperation.CREATE);
        try (IngestService ingest = ingest()) {
            drains(IngestSetup.senderTo(ingest));
        }
    }

    /** Then not even an id is given to a producer: no topic is left that it may write. */
    @Test
    void ingest_that_may_write_no_topic_at_all_starts_and_keeps_bodies_and_then_drains_them() throws Exception {
        deny(CLUSTER, AclOperation.IDEMPOTENT_WRITE);
        deny(ALL_TOPICS, AclOperation.WRITE);
        startsDenied();
    }

    private void startsDenied() throws Exception {
        try (IngestService ingest = ingest()) {
            Sender sender = IngestSetup.senderTo(ingest);
            keeps(sender);
            allowAll();
            drains(sender);
        }
    }

    private static void keeps(Sender sender) throws Exception {
        sender.awaitStored("spool", 30);
        assertThat(sender.inSpool()).isGreaterThanOrEqualTo(30);
        assertThat(sender.metric("mailtide_spool_set_aside_total")).isZero();
        assertThat(sender.statusOf("/readyz")).isEqualTo(200);
    }

    private void drains(Sender sender) throws Exception {
        sender.awaitHealed();
        assertThat(sender.statuses()).containsOnlyKeys(200);
        sender.assertAllKept(
                KafkaAccess.at(broker.bootstrapServers()), topics.raw().name());
    }

    private static ResourcePattern topic(String name) {
        return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
    }

    private static void deny(ResourcePattern resource, AclOperation operation)
            throws InterruptedException, ExecutionException {
        List<AclBinding> rules = new ArrayList<>();
        rules.add(rule(resource, operation, AclPermissionType.DENY));
        // Where there is one rule, all that no rule allows is forbidden.
        rules.add(rule(resource, AclOperation.ALL, AclPermissionType.ALLOW));
        admin.createAcls(rules).all().get();
    }

    private static AclBinding rule(ResourcePattern resource, AclOperation operation, AclPermissionType permission) {
        return new AclBinding(resource, new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
    }

    private IngestService ingest() throws IOException {
        return new IngestSetup(
                        KafkaAccess.at(broker.bootstrapServers()),
                        topics,
                        spool.resolve("spool"),
                        ACK_WAIT,
                        InstantSource.system())
                .start();
    }
}
