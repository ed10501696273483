package dev.mailtide.testkit.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** The schemas that ship in the jar, under {@code schemas/}. */
public enum PublishedSchema {
    /** The normalised event. */
    EVENT("event-v1"),
    /** The state of a domain. */
    DOMAIN_STATE("domain-state-v1"),
    /** A bucket of a series. */
    DOMAIN_SERIES("domain-series-v1"),
    /** Where the events of a domain go. */
    DOMAIN_ROUTE("domain-route-v1"),
    /** The headers of a dead letter, as an object. */
    DEAD_LETTER_HEADERS("dead-letter-headers-v1");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String fileName;

    @SuppressWarnings("ImmutableEnumChecker") // Nobody else has it, and it is only asked.
    private final JsonSchema asPublished;

    @SuppressWarnings("ImmutableEnumChecker")
    private final JsonSchema closed;

    PublishedSchema(String name) {
        this.fileName = name + ".json";
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
        this.asPublished = factory.getSchema(json());
        this.closed = factory.getSchema(closed(json()));
    }

    /** For example {@code event-v1.json}. */
    public String fileName() {
        return fileName;
    }

    /** The schema itself. */
    public JsonNode json() {
        try (InputStream in = PublishedSchema.class.getResourceAsStream("/schemas/" + fileName)) {
            return new ObjectMapper().readTree(Objects.requireNonNull(in, fileName));
        } catch (IOException e) {
            throw new UncheckedIOException("reading schema " + fileName, e);
        }
    }

    /** What a reader who has the schema finds wrong; nothing if it is as published. */
    public List<String> problemsFor(JsonNode value) {
        return texts(asPublished, value);
    }

    /** The same, and what the schema does not name: a reader ignores that, but we must not write it. */
    public List<String> problemsOfOurs(JsonNode value) {
        return texts(closed, value);
    }

    /** The same of bytes that hold JSON. */
    public List<String> problemsOfOurs(byte[] value) {
        try {
            return problemsOfOurs(JSON.readTree(value));
        } catch (IOException notJson) {
            return List.of("not JSON");
        }
    }

    /** Place and rule only, since the values are somebody's mail. */
    private static List<String> texts(JsonSchema schema, JsonNode value) {
        return schema.validate(value).stream().map(PublishedSchema::text).toList();
    }

    private static String text(ValidationMessage message) {
        String named = message.getProperty() == null ? "" : " " + message.getProperty();
        return message.getInstanceLocation() + named + ": " + message.getType();
    }

    /** Every object that says which properties it has, has no others. */
    private static JsonNode closed(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("type").asText().equals("object")
                && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(PublishedSchema::closed);
        return schema;
    }
}
