package dev.mailtide.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The schemas against those of every release, kept under {@code golden/<release>} with records of that release. A folder
 * changes with the code until its release is out, and never afterwards.
 */
class SchemaChangesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @ParameterizedTest
    @EnumSource
    void since_every_release_a_schema_has_only_grown(PublishedSchema schema) throws IOException {
        for (Path release : releases()) {
            Path before = release.resolve("schemas").resolve(schema.fileName());
            if (Files.exists(before)) {
                assertThat(SchemaChanges.breaksBetween(read(before), schema.json()))
                        .as(before.toString())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_records_of_every_release_are_still_as_the_schema_says(PublishedSchema schema) throws IOException {
        int records = 0;
        for (Path release : releases()) {
            Path folder = release.resolve("records").resolve(schema.fileName().replace(".json", ""));
            for (Path record : files(folder)) {
                assertThat(schema.problemsFor(read(record)))
                        .as(record.toString())
                        .isEmpty();
                records++;
            }
        }
        assertThat(records).isGreaterThanOrEqualTo(3);
    }

    @Test
    void no_schema_of_a_release_is_gone() throws IOException {
        List<String> now = Stream.of(PublishedSchema.values())
                .map(PublishedSchema::fileName)
                .toList();
        for (Path release : releases()) {
            assertThat(files(release.resolve("schemas")))
                    .isNotEmpty()
                    .allSatisfy(schema ->
                            assertThat(now).contains(schema.getFileName().toString()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaks")
    void what_would_break_a_reader_is_told_with_its_place(String expected, Consumer<ObjectNode> change) {
        ObjectNode changed = (ObjectNode) PublishedSchema.EVENT.json();
        change.accept(changed);

        assertThat(SchemaChanges.breaksBetween(PublishedSchema.EVENT.json(), changed))
                .containsExactly(expected);
    }

    static Stream<Arguments> breaks() {
        return Stream.of(
                broken("/properties/subject is gone", event -> properties(event).remove("subject")),
                broken(
                        "/properties/subject/type changed from \"string\" to \"array\"",
                        event -> property(event, "subject").put("type", "array")),
                broken(
                        "/properties/machineOpen/type changed from \"boolean\" to [\"boolean\",\"null\"]",
                        event -> property(event, "machineOpen")
                                .putArray("type")
                                .add("boolean")
                                .add("null")),
                broken(
                        "/properties/receiptId/minLength changed from 1 to 36",
                        event -> property(event, "receiptId").put("minLength", 36)),
                broken(
                        "/properties/receiptId/maxLength is a new rule",
                        event -> property(event, "receiptId").put("maxLength", 36)),
                broken(
                        "/properties/id/pattern is gone",
                        event -> property(event, "id").remove("pattern")),
                broken("/additionalProperties is a new rule", event -> event.put("additionalProperties", false)),
                broken(
                        "/properties/bounceType/enum no longer has [undetermined]",
                        event -> ((ArrayNode) property(event, "bounceType").get("enum")).remove(2)),
                broken(
                        "/$defs/time/pattern changed from \"" + "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
                                + "\\\\.[0-9]{3}Z$\" to \"Z$\"",
                        event -> ((ObjectNode) event.at("/$defs/time")).put("pattern", "Z$")),
                broken(
                        "/then/required changed from [bounceType] to []",
                        event -> ((ObjectNode) event.get("then")).putArray("required")),
                broken(
                        "/$id changed from \"urn:mailtide:schema:event:v1\" to \"urn:mailtide:schema:event:v2\"",
                        event -> event.put("$id", "urn:mailtide:schema:event:v2")));
    }

    private static Arguments broken(String expected, Consumer<ObjectNode> change) {
        return Arguments.of(expected, change);
    }

    @Test
    void a_field_that_is_required_anew_or_no_more_is_told() {
        ObjectNode more = (ObjectNode) PublishedSchema.DOMAIN_SERIES.json();
        ((ArrayNode) more.get("required")).add("bucket");
        ObjectNode fewer = (ObjectNode) PublishedSchema.DOMAIN_SERIES.json();
        ((ArrayNode) fewer.get("required")).remove(0);

        assertThat(SchemaChanges.breaksBetween(PublishedSchema.DOMAIN_SERIES.json(), more))
                .containsExactly(
                        "/required changed from [events, messages, start] to [bucket, events, messages, start]");
        assertThat(SchemaChanges.breaksBetween(PublishedSchema.DOMAIN_SERIES.json(), fewer))
                .containsExactly("/required changed from [events, messages, start] to [events, messages]");
    }

    @Test
    void more_fields_more_types_of_events_and_other_words_break_nobody() {
        ObjectNode grown = (ObjectNode) PublishedSchema.EVENT.json();
        properties(grown).putObject("campaign").put("type", "string").put("maxLength", 3);
        ((ArrayNode) property(grown, "type").get("enum")).add("quarantined");
        ((ObjectNode) grown.get("$defs")).putObject("campaign").put("type", "string");
        grown.put("description", "Said better.");
        property(grown, "subject").remove("description");

        assertThat(SchemaChanges.breaksBetween(PublishedSchema.EVENT.json(), grown))
                .isEmpty();
    }

    private static ObjectNode properties(ObjectNode schema) {
        return (ObjectNode) schema.get("properties");
    }

    private static ObjectNode property(ObjectNode schema, String name) {
        return (ObjectNode) properties(schema).get(name);
    }

    private static List<Path> releases() throws IOException {
        List<Path> releases = files(GOLDEN);
        assertThat(releases).contains(GOLDEN.resolve("0.1.0"));
        return releases;
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return JSON.readTree(Files.readString(file));
    }
}
