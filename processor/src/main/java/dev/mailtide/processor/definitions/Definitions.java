package dev.mailtide.processor.definitions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each number means: formula, denominator, view, and the limits by which it is judged. The text stands in
 * {@code definitions.json} alone; answers, the OpenAPI description and the dashboard have it from here.
 */
public final class Definitions {

    private static final String RESOURCE = "/definitions.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode json;

    /** The definitions, with these limits. */
    public Definitions(RateLimits limits) {
        this.json = read();
        for (JsonNode definition : json.path("definitions")) {
            limits.of(definition.path("judged").asText())
                    .ifPresent(bounds -> ((ObjectNode) definition)
                            .putObject("limits")
                            .put("warn", bounds.warn())
                            .put("critical", bounds.critical()));
        }
    }

    private static ObjectNode read() {
        try (InputStream in = Definitions.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + RESOURCE);
            }
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + RESOURCE + " from the jar", e);
        }
    }

    /** All of it, as it is answered. */
    public String json() {
        return json.toString();
    }

    /**
     * The names of all definitions, each with its text for people on one line: formula, view and remarks. It is the same in
     * every installation: the limits are left out, which are settings.
     */
    public static Map<String, String> texts() {
        ObjectNode json = read();
        Map<String, String> texts = new TreeMap<>();
        for (JsonNode definition : json.path("definitions")) {
            texts.put(definition.path("name").textValue(), text(definition, json.path("judgement")));
        }
        return texts;
    }

    private static String text(JsonNode definition, JsonNode judgement) {
        String text = definition.path("label").textValue() + " = "
                + definition.path("formula").textValue() + " ("
                + definition.path("view").textValue() + " view). "
                + definition.path("text").textValue();
        return definition.has("judged") ? text + " " + judgement.textValue() : text;
    }
}
