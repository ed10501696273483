package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicCreator;
import dev.mailtide.common.topic.TopicCreator.Made;
import dev.mailtide.common.topic.TopicMismatch;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of own topics that are to be there, where some are there already, or were a moment ago. */
@OnKafka
class OwnTopicsTest {

    private final KafkaAccess kafka = TestKafka.access();
    private final Admin admin = kafka.openAdmin();
    private final Topics topics = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
    private final Topic<String, byte[]> a = topics.ofDomain(new SenderDomain("a.example"));
    private final Topic<String, byte[]> b = topics.ofDomain(new SenderDomain("b.example"));

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void one_that_is_there_with_another_shape_is_used_as_it_is_and_each_difference_is_told() throws Exception {
        create(new NewTopic(a.name(), 3, (short) 1).configs(Map.of(TopicConfig.RETENTION_MS_CONFIG, "604800000")));

        Made made = new OwnTopics(kafka, admin, topics).make(List.of(a, b));

        assertThat(made.partitions()).isEqualTo(Map.of(a.name(), 3, b.name(), 1));
        assertThat(made.created()).containsExactly(b.name());
        assertThat(made.refused()).isEmpty();
        assertThat(made.differences())
                .containsExactly(
                        "topic " + a.name() + ": expected partitions 1, found 3",
                        "topic " + a.name() + ": expected retention.ms 2592000000, found 604800000");
    }

    @Test
    void one_that_is_there_as_it_would_be_made_is_used_without_a_word() throws Exception {
        create(a.toCreate());

        Made made = new OwnTopics(kafka, admin, topics).make(List.of(a));

        assertThat(made).isEqualTo(new Made(Map.of(a.name(), 1), Set.of(), Map.of(), List.of()));
    }

    @Test
    void one_that_compacts_is_refused_since_events_of_one_message_have_one_key() throws Exception {
        create(new NewTopic(a.name(), 1, (short) 1)
                .configs(Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        "compact,delete",
                        TopicConfig.RETENTION_MS_CONFIG,
                        "2592000000")));

        Made made = new OwnTopics(kafka, admin, topics).make(List.of(a, b));

        assertThat(made.partitions()).containsOnlyKeys(b.name());
        assertThat(made.refused()).containsOnlyKeys(a.name());
        assertThat(made.refused().get(a.name()))
                .isInstanceOf(TopicMismatch.class)
                .hasMessageStartingWith("topic " + a.name() + ": expected cleanup.policy delete, found ");
    }

    @Test
    void one_that_is_deleted_before_it_is_looked_at_is_left_out_and_no_obstacle_to_the_others() throws Exception {
        create(a.toCreate());

        // The connection for what is missing is opened after those that are there were listed.
        Made made = new TopicCreator(admin, Duration.ofSeconds(10)).makeEach(List.of(a, b), () -> {
            delete(a.name());
            return kafka.openAdmin();
        });

        assertThat(made).isEqualTo(new Made(Map.of(b.name(), 1), Set.of(b.name()), Map.of(), List.of()));
    }

    private void create(NewTopic topic) throws Exception {
        admin.createTopics(List.of(topic)).all().get();
        await().until(() -> admin.listTopics().names().get().contains(topic.name()));
    }

    private void delete(String topic) {
        admin.deleteTopics(List.of(topic));
        await().until(() -> !admin.listTopics().names().get().contains(topic));
    }
}
