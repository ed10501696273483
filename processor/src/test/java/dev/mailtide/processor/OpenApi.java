package dev.mailtide.processor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code openapi.yaml}, read as a reader of it would. */
final class OpenApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    OpenApi(String yaml) throws IOException {
        this.document = new YAMLMapper().readTree(yaml);
    }

    JsonNode document() {
        return document;
    }

    /** Every operation, as method and path. */
    SortedSet<String> operations() {
        SortedSet<String> operations = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                            method -> operations.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path.getKey()));
        }
        return operations;
    }

    /** Every reference that leads nowhere. */
    List<String> brokenReferences() {
        List<String> broken = new ArrayList<>();
        for (String ref : document.findValuesAsText("$ref")) {
            if (!ref.startsWith("#/") || document.at(ref.substring(1)).isMissingNode()) {
                broken.add(ref);
            }
        }
        return broken;
    }

    /** What of an answer is not as the operation says: its status, its media type, or its body; nothing that it does not name. */
    List<String> problems(String operation, HttpResponse<String> answer) throws IOException {
        String[] parts = operation.split(" ", 2);
        JsonNode found = document.path("paths").path(parts[1]).path(parts[0].toLowerCase(java.util.Locale.ROOT));
        JsonNode response = resolved(found.path("responses").path(Integer.toString(answer.statusCode())));
        if (response.isMissingNode()) {
            return List.of("status " + answer.statusCode() + " is not described");
        }
        Optional<String> type = answer.headers().firstValue("content-type").map(value -> value.replaceFirst(";.*", ""));
        JsonNode content = response.path("content").path(type.orElse("none"));
        if (content.isMissingNode()) {
            return type.isEmpty() && !response.has("content")
                    ? List.of()
                    : List.of("media type " + type + " is not described");
        }
        if (!type.orElse("").endsWith("json") || type.orElse("").endsWith("ndjson")) {
            return List.of();
        }
        ObjectNode schema = closed(content.path("schema").deepCopy());
        schema.set("components", closed(document.path("components").deepCopy()));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(schema)
                .validate(JSON.readTree(answer.body()))
                .stream()
                .map(problem -> problem.getInstanceLocation() + " " + problem.getProperty() + ": " + problem.getType())
                .toList();
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    /** Every object that says which properties it has, has no others. */
    private static ObjectNode closed(JsonNode schema) {
        close(schema);
        return (ObjectNode) schema;
    }

    private static void close(JsonNode schema) {
        if (schema instanceof ObjectNode object
                && object.path("type").asText().equals("object")
                && object.has("properties")
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        schema.forEach(OpenApi::close);
    }
}
