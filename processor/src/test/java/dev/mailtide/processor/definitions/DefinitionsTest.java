package dev.mailtide.processor.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.testkit.schema.PublishedSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The definitions against the schema of what they define. */
class DefinitionsTest {

    private static final Set<String> WITHOUT_DEFINITION = Set.of("domain");

    private final JsonNode definitions = read();

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(new Definitions(RateLimits.DEFAULT).json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void every_field_of_a_domain_state_has_one_and_none_is_of_a_field_that_is_not_there() {
        Set<String> fields = new TreeSet<>();
        JsonNode schema = PublishedSchema.DOMAIN_STATE.json();
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String ref = field.getValue().path("$ref").asText("#/none").substring(1);
            JsonNode described = field.getValue().has("$ref") ? schema.at(ref) : field.getValue();
            JsonNode inside = described.path("properties");
            boolean oneForAll = Set.of("events", "timeToOpen").contains(field.getKey());
            if (inside.isEmpty() || oneForAll) {
                fields.add(field.getKey());
            } else {
                inside.fieldNames().forEachRemaining(name -> fields.add(field.getKey() + "." + name));
            }
        }
        fields.removeAll(WITHOUT_DEFINITION);
        Set<String> defined = new TreeSet<>(definitions.path("definitions").findValuesAsText("field"));
        assertThat(defined).containsAll(Set.of("bucket.events", "bucket.messages"));
        defined.removeAll(Set.of("bucket.events", "bucket.messages"));
        assertThat(defined).containsExactlyElementsOf(fields);
    }

    @Test
    void each_says_what_it_is_by_which_view_and_a_rate_names_its_denominator() {
        for (JsonNode definition : definitions.path("definitions")) {
            for (String member : List.of("name", "label", "unit", "view", "formula", "text")) {
                assertThat(definition.path(member).asText())
                        .as("%s of %s", member, definition)
                        .isNotEmpty();
            }
            assertThat(definitions.path("views").has(definition.path("view").textValue()))
                    .isTrue();
            assertThat(definition.has("denominator"))
                    .isEqualTo(definition.path("unit").asText().equals("share"));
        }
        assertThat(definitions.path("definitions").findValuesAsText("name")).doesNotHaveDuplicates();
    }

    @Test
    void the_limits_are_those_of_the_settings_and_only_judged_rates_have_them() {
        JsonNode hardBounce = named("hardBounceRate");
        assertThat(hardBounce.path("limits").toString()).isEqualTo("{\"warn\":0.02,\"critical\":0.05}");
        assertThat(named("complaintRate").path("limits").toString()).isEqualTo("{\"warn\":0.001,\"critical\":0.003}");
        assertThat(definitions.path("definitions").findValues("limits")).hasSize(2);
    }

    @Test
    void the_text_for_people_says_formula_and_view_and_the_same_everywhere() {
        assertThat(Definitions.texts())
                .containsEntry(
                        "hardBounceRate",
                        "Hard-bounce rate = messages.hardBounced / settled messages (message view). Settled messages are all but"
                                + " pending and deferred ones. A rate is judged by the lower bound of its Wilson interval at 95 %,"
                                + " not by its value, and only with at least 100 in the denominator.");
    }

    private JsonNode named(String name) {
        for (JsonNode definition : definitions.path("definitions")) {
            if (definition.path("name").asText().equals(name)) {
                return definition;
            }
        }
        throw new IllegalArgumentException("no definition " + name);
    }
}
