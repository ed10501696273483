package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.schema.PublishedSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** The document about the topics against the topics; that records are as it says, {@code ConsumersIT} sees. */
@OnKafka
class AsyncApiTest {

    private static final String DOMAIN = "clinic.example";

    @Test
    void it_names_every_topic_that_is_created_with_partitions_cleanup_and_retention() throws Exception {
        String prefix = TestKafka.freshPrefix();
        Topics topics = new Topics(prefix, TopicSizes.DEFAULT);
        List<Topic<String, byte[]>> all = new ArrayList<>(topics.fixed());
        all.add(topics.ofDomain(new SenderDomain(DOMAIN)));
        KafkaAccess kafka = TestKafka.access();
        kafka.createMissing(all);

        assertThat(document().topics(prefix, DOMAIN)).isEqualTo(created(kafka, prefix));
    }

    /** Every topic under the prefix as the broker describes it. */
    static SortedMap<String, String> created(KafkaAccess kafka, String prefix) throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            List<String> names = admin.listTopics().names().get().stream()
                    .filter(name -> name.startsWith(prefix))
                    .toList();
            Map<String, TopicDescription> described =
                    admin.describeTopics(names).allTopicNames().get();
            SortedMap<String, String> created = new TreeMap<>();
            for (String name : names) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                Map<ConfigResource, Config> found =
                        admin.describeConfigs(List.of(resource)).all().get();
                Map<String, String> configs = Objects.requireNonNull(found.get(resource)).entries().stream()
                        .filter(entry -> entry.source() == ConfigSource.DYNAMIC_TOPIC_CONFIG)
                        .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
                int partitions =
                        Objects.requireNonNull(described.get(name)).partitions().size();
                created.put(name, AsyncApi.topic(partitions, configs));
            }
            return created;
        }
    }

    @Test
    void every_reference_leads_somewhere_and_every_schema_is_referred_to() throws IOException {
        assertThat(document().schemasOutside())
                .containsExactlyElementsOf(Arrays.stream(PublishedSchema.values())
                        .map(PublishedSchema::fileName)
                        .sorted()
                        .toList());
    }

    private static AsyncApi document() throws IOException {
        return new AsyncApi(
                Files.readString(Path.of("../common/src/main/resources/asyncapi.yaml"), StandardCharsets.UTF_8));
    }
}
