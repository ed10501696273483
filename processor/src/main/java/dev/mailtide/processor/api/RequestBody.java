package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The one JSON object that the body of a request is: no member twice, and nothing behind it. */
final class RequestBody {

    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .readerFor(JsonNode.class);

    private RequestBody() {}

    /** Of a request that says everything in its body, and nothing in its URL. */
    static ObjectNode of(Context request) throws UnexpectedException {
        if (!request.queryParamMap().isEmpty()) {
            throw new UnexpectedException("Expected no parameters: what is meant stands in the body.");
        }
        try {
            if (JSON.readTree(request.bodyAsBytes()) instanceof ObjectNode object) {
                return object;
            }
        } catch (IOException notJson) {
            // Its message quotes the body; what was expected is said below.
        }
        throw new UnexpectedException("Expected one JSON object as the body.");
    }

    /** The same, with none but these members. */
    static ObjectNode of(Context request, Set<String> known) throws UnexpectedException {
        ObjectNode body = of(request);
        requireOnly(body, known);
        return body;
    }

    static void requireOnly(JsonNode object, Set<String> known) throws UnexpectedException {
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!known.contains(member.getKey())) {
                throw new UnexpectedException(
                        "Expected no other members than " + String.join(", ", new TreeSet<>(known)) + " here.");
            }
        }
    }
}
