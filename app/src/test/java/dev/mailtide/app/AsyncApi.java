package dev.mailtide.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.mailtide.testkit.schema.PublishedRecords;
import dev.mailtide.testkit.schema.PublishedSchema;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.TopicConfig;

/** {@code asyncapi.yaml}, read as a reader of it would. */
final class AsyncApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    AsyncApi(String yaml) throws IOException {
        this.document = new YAMLMapper().readTree(yaml);
    }

    /** Partitions and settings by the name of each topic. */
    SortedMap<String, String> topics(String prefix, String domain) {
        SortedMap<String, String> topics = new TreeMap<>();
        for (JsonNode channel : document.get("channels")) {
            JsonNode kafka = channel.at("/bindings/kafka");
            JsonNode configs = kafka.get("topicConfiguration");
            topics.put(
                    nameOf(channel, prefix, domain),
                    topic(
                            kafka.get("partitions").intValue(),
                            configs.at("/cleanup.policy/0").asText(),
                            configs.path("retention.ms").asText(""),
                            configs.path("max.message.bytes").asText("")));
        }
        return topics;
    }

    static String topic(int partitions, String cleanup, String retentionMillis, String bytesMax) {
        return partitions + " " + cleanup + " " + retentionMillis + " " + bytesMax;
    }

    /** The same of a topic, from settings that differ from the broker's own. */
    static String topic(int partitions, Map<String, String> configs) {
        return topic(
                partitions,
                configs.getOrDefault(TopicConfig.CLEANUP_POLICY_CONFIG, "delete"),
                configs.getOrDefault(TopicConfig.RETENTION_MS_CONFIG, ""),
                configs.getOrDefault(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, ""));
    }

    private static String nameOf(JsonNode channel, String prefix, String domain) {
        return channel.get("address").textValue().replace("{prefix}", prefix).replace("{domain}", domain);
    }

    /** What of a record is as none of the messages of its topic's channel: key, headers or value, by rule. */
    List<String> problems(ConsumerRecord<String, byte[]> record, String prefix, String domain) throws IOException {
        List<String> problems = List.of("no channel " + record.topic());
        for (JsonNode channel : document.get("channels")) {
            if (nameOf(channel, prefix, domain).equals(record.topic())) {
                problems = List.of("no message in the channel of " + record.topic());
                for (JsonNode message : channel.path("messages")) {
                    problems = problems(resolved(message), record);
                    if (problems.isEmpty()) {
                        return problems;
                    }
                }
            }
        }
        return problems;
    }

    private List<String> problems(JsonNode message, ConsumerRecord<String, byte[]> record) throws IOException {
        ArrayNode problems = JSON.createArrayNode();
        check("key", message.at("/bindings/kafka/key"), JSON.valueToTree(record.key()), problems);
        check("headers", message.path("headers"), PublishedRecords.asObject(record.headers()), problems);
        if (!message.path("contentType").asText().equals("application/octet-stream")) {
            JsonNode value = record.value() == null ? JSON.nullNode() : JSON.readTree(record.value());
            check("payload", message.get("payload"), value, problems);
        }
        return problems.valueStream().map(JsonNode::textValue).toList();
    }

    private void check(String what, JsonNode schema, JsonNode value, ArrayNode problems) {
        String ref = schema.path("$ref").asText();
        if (schema.isMissingNode()) {
            return;
        }
        List<String> found = ref.startsWith("schemas/")
                ? published(ref).problemsOfOurs(value)
                : JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(resolved(schema))
                        .validate(value)
                        .stream()
                        .map(problem -> problem.getInstanceLocation() + ": " + problem.getType())
                        .toList();
        found.forEach(problem -> problems.add(what + " " + problem));
    }

    private static PublishedSchema published(String ref) {
        return Arrays.stream(PublishedSchema.values())
                .filter(schema -> ref.equals("schemas/" + schema.fileName()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no schema " + ref));
    }

    /** With every reference into the document replaced by what stands there; those to a schema of its own stay. */
    private JsonNode resolved(JsonNode node) {
        String ref = node.path("$ref").asText();
        if (ref.startsWith("#")) {
            JsonNode target = document.at(ref.substring(1));
            if (target.isMissingNode()) {
                throw new IllegalArgumentException("nothing stands at " + ref);
            }
            return resolved(target);
        }
        if (!ref.isEmpty()) {
            return node.deepCopy();
        }
        JsonNode copy = node.deepCopy();
        if (copy instanceof ObjectNode object) {
            node.properties().forEach(entry -> object.set(entry.getKey(), resolved(entry.getValue())));
        }
        return copy;
    }

    /** All of it, resolved: fails if a reference leads nowhere. Returns the names of the schemas that stand outside. */
    List<String> schemasOutside() {
        return resolved(document).findValuesAsText("$ref").stream()
                .distinct()
                .map(ref -> published(ref).fileName())
                .sorted()
                .toList();
    }
}
