package dev.mailtide.testkit.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Whether records are what the published schemas say. Asked wherever tests read a topic, of every record. */
public final class PublishedRecords {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Pattern EVENTS =
            Pattern.compile("[a-z0-9.-]+\\.(events|domain-overflow|domain\\.[a-z0-9.-]+)\\.v1");

    private PublishedRecords() {}

    /**
     * Fails if a record of a topic that has a schema is not as the schema says; any other topic may hold anything.
     *
     * @param value nothing is a tombstone, which no schema describes
     * @throws AssertionError which names the topic, the places and the rules, and no content
     */
    public static void check(String topic, Headers headers, byte @Nullable [] value) {
        List<String> problems = problems(topic, headers, value);
        if (!problems.isEmpty()) {
            throw new AssertionError("a record of " + topic + " is not as its schema says: " + problems);
        }
    }

    private static List<String> problems(String topic, Headers headers, byte @Nullable [] value) {
        if (topic.endsWith(".dead-letters.v1")) {
            return PublishedSchema.DEAD_LETTER_HEADERS.problemsOfOurs(asObject(headers));
        }
        if (value == null) {
            return List.of();
        }
        if (topic.endsWith(".domain-state.v1")) {
            return PublishedSchema.DOMAIN_STATE.problemsOfOurs(value);
        }
        if (topic.endsWith(".domain-series.v1")) {
            return PublishedSchema.DOMAIN_SERIES.problemsOfOurs(value);
        }
        if (topic.endsWith(".domain-routes.v1")) {
            return PublishedSchema.DOMAIN_ROUTE.problemsOfOurs(value);
        }
        return EVENTS.matcher(topic).matches() ? PublishedSchema.EVENT.problemsOfOurs(value) : List.of();
    }

    /** Headers as the schema of dead letters sees them: the last one of each name, as text. */
    public static JsonNode asObject(Headers headers) {
        ObjectNode object = JSON.createObjectNode();
        headers.forEach(header -> object.put(
                header.key(), header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8)));
        return object;
    }
}
