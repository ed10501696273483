package dev.mailtide.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.RecipientGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishedSchemaTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path GOLDEN = Path.of("src/test/resources/golden/0.1.0/records");

    @ParameterizedTest
    @EnumSource
    void a_schema_is_one_of_2020_12_and_has_a_name_with_its_version(PublishedSchema schema) {
        JsonSchemaFactory factory = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

        assertThat(factory.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                        .validate(schema.json()))
                .isEmpty();
        assertThat(schema.json().path("$id").textValue())
                .isEqualTo("urn:mailtide:schema:" + schema.fileName().replace("-v1.json", ":v1"));
    }

    @Test
    void the_lists_in_the_schemas_are_those_of_the_code() {
        JsonNode event = PublishedSchema.EVENT.json();
        assertThat(texts(event.at("/properties/type/enum")))
                .isEqualTo(Arrays.stream(EventKind.values())
                        .map(EventKind::type)
                        .distinct()
                        .toList());
        assertThat(texts(event.at("/properties/bounceType/enum")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventKind.values())
                        .flatMap(kind -> kind.bounceType().stream())
                        .toList());
        JsonNode state = PublishedSchema.DOMAIN_STATE.json();
        assertThat(texts(state.at("/properties/recipientGroups/items/properties/group/enum")))
                .isEqualTo(Arrays.stream(RecipientGroup.values())
                        .map(RecipientGroup::wireName)
                        .toList());
        JsonNode series = PublishedSchema.DOMAIN_SERIES.json();
        assertThat(texts(state.at("/$defs/events/required")))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventKind.values())
                        .map(EventKind::counter)
                        .toList())
                .isEqualTo(texts(series.at("/$defs/events/required")));
        assertThat(series.at("/$defs/messages/properties")).isEqualTo(state.at("/$defs/messages/properties"));
        assertThat(series.at("/$defs/events/properties")).isEqualTo(state.at("/$defs/events/properties"));
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::textValue).toList();
    }

    @Test
    void ours_have_no_field_that_the_schema_does_not_name_and_readers_ignore_one() throws IOException {
        ObjectNode event = golden("event-v1/minimal.json").put("campaign", "spring");

        assertThat(PublishedSchema.EVENT.problemsFor(event)).isEmpty();
        assertThat(PublishedSchema.EVENT.problemsOfOurs(event)).containsExactly("$ campaign: additionalProperties");
        ObjectNode state = golden("domain-state-v1/full.json");
        ((ObjectNode) state.at("/rates/delivery")).put("per", 3);
        assertThat(PublishedSchema.DOMAIN_STATE.problemsFor(state)).isEmpty();
        assertThat(PublishedSchema.DOMAIN_STATE.problemsOfOurs(state))
                .containsExactly("$.rates.delivery per: additionalProperties");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "subject       | \"\"                       | $.subject: minLength",
                "receiptId     | null                       | $.receiptId: type",
                "id            | \"0\"                      | $.id: pattern",
                "occurredAt    | \"2026-04-18T20:27:26Z\"   | $.occurredAt: pattern",
                "senderDomain  | \"Clinic.example\"         | $.senderDomain: pattern",
                "type          | \"read\"                   | $.type: enum",
                "type          | \"bounced\"                | $ bounceType: required",
                "bounceType    | \"hard\"                   | $: not",
                "customHeaders | {}                         | $.customHeaders: minProperties",
                "customHeaders | {\"a\":1}                  | $.customHeaders.a: type",
            })
    void a_record_that_is_not_as_published_is_told_by_place_and_rule(String field, String value, String problem)
            throws IOException {
        ObjectNode event = golden("event-v1/minimal.json");
        event.set(field, JSON.readTree(value));

        assertThat(PublishedSchema.EVENT.problemsOfOurs(event)).containsExactly(problem);
        byte[] bytes = event.toString().getBytes(StandardCharsets.UTF_8);
        for (String topic : List.of(
                "email.events.v1", "email.domain-overflow.v1", "email.domain.clinic.example.v1", "t7.events.v1")) {
            assertThatThrownBy(() -> PublishedRecords.check(topic, new RecordHeaders(), bytes))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("a record of " + topic + " is not as its schema says: [" + problem + "]");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "email.domain-state.v1",
                "email.domain-series.v1",
                "email.suppressions.v1",
                "email.dead-letters.v1"
            })
    void an_event_is_no_record_of_another_topic_with_a_schema(String topic) throws IOException {
        byte[] event = JSON.writeValueAsBytes(golden("event-v1/minimal.json"));

        assertThatThrownBy(() -> PublishedRecords.check(topic, new RecordHeaders(), event))
                .isInstanceOf(AssertionError.class);
        assertThatCode(() -> PublishedRecords.check("email.raw.v1", new RecordHeaders(), event))
                .doesNotThrowAnyException();
    }

    @Test
    void the_golden_records_pass_as_records_of_their_topics() throws IOException {
        Map<String, String> topics = Map.of(
                "event-v1", "email.events.v1",
                "domain-state-v1", "email.domain-state.v1",
                "domain-series-v1", "email.domain-series.v1",
                "suppression-v1", "email.suppressions.v1");
        for (Map.Entry<String, String> topic : topics.entrySet()) {
            try (Stream<Path> records = Files.list(GOLDEN.resolve(topic.getKey()))) {
                for (Path record : records.toList()) {
                    PublishedRecords.check(topic.getValue(), new RecordHeaders(), Files.readAllBytes(record));
                }
            }
        }
    }

    private static ObjectNode golden(String path) throws IOException {
        return (ObjectNode) JSON.readTree(Files.readString(GOLDEN.resolve(path)));
    }
}
