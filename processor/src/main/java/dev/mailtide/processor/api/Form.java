package dev.mailtide.processor.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What becomes of a whole answer in JSON in the other forms.
 *
 * @param list the member that holds the rows, in JSON
 * @param columns of the CSV
 * @param rows makes rows of the answer
 */
record Form(String list, Columns columns, Function<ObjectNode, List<JsonNode>> rows) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer whose rows are the items of a list. */
    static Form ofList(String name, Columns columns) {
        return new Form(name, columns, answer -> items(answer.path(name)));
    }

    /** An answer that is one row itself. */
    static Form ofOne(Columns columns) {
        return new Form("", columns, List::of);
    }

    private static List<JsonNode> items(JsonNode list) {
        List<JsonNode> items = new ArrayList<>();
        list.forEach(items::add);
        return items;
    }

    /** Answers with this JSON, byte for byte, or with what becomes of it. */
    void answer(Context request, Format format, String json) {
        if (format == Format.JSON) {
            Answered.bytes(request, format.contentType(), json.getBytes(StandardCharsets.UTF_8));
        } else {
            ObjectNode answer = parsed(json);
            Rows.around(answer, list, columns).answer(request, format, rows.apply(answer));
        }
    }

    /** @throws IllegalStateException if it is no object: each answer is made by an instance of ours */
    static ObjectNode parsed(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (JsonProcessingException | ClassCastException notOurs) {
            throw new IllegalStateException("an answer of ours that is no JSON object");
        }
    }
}
