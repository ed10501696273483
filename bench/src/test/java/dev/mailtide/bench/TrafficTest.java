package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {

    private static final Instant AT = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final int BODIES = 20_000;

    @ParameterizedTest
    @ValueSource(ints = {Traffic.BODY_BYTES_MIN, 1_024, 20_000})
    void every_body_is_json_in_pauboxs_shape_and_of_the_size_that_was_asked_for(int bytes) throws IOException {
        Traffic traffic = new Traffic(new Traffic.Shape("clinic", 10, 2, bytes), 1);
        for (long number : new long[] {0, 1, 9_999, 123_456_789}) {
            byte[] body = traffic.body(number, AT);
            JsonNode json = new ObjectMapper().readTree(body);
            assertThat(body).hasSize(bytes);
            assertThat(json.at("/payload/time").textValue()).isEqualTo("2026-04-18T20:27:26.001Z");
            assertThat(json.at("/payload/from").textValue()).matches("care@clinic-[0-9]\\.example");
        }
    }

    @Test
    void the_domain_of_a_body_is_known_by_its_number() throws IOException {
        Traffic traffic = new Traffic(new Traffic.Shape("clinic", 10, 2, 700), 1);
        for (long number : new long[] {0, 1, 4_999, 5_000, 9_999, 10_000, 123_456_789}) {
            JsonNode json = new ObjectMapper().readTree(traffic.body(number, AT));
            assertThat(json.at("/payload/from").textValue()).isEqualTo("care@" + traffic.domainOf(number));
        }
    }

    @Test
    void no_event_comes_twice_and_every_message_has_as_many_as_were_asked_for() throws IOException {
        Traffic traffic = new Traffic(new Traffic.Shape("clinic", 10, 2, 700), 2);
        Map<String, Set<String>> eventsOfMessages = new HashMap<>();
        for (long number = 0; number < BODIES; number++) {
            JsonNode json = new ObjectMapper().readTree(traffic.body(number, AT));
            eventsOfMessages
                    .computeIfAbsent(json.at("/payload/header_message_id").textValue(), all -> new HashSet<>())
                    .add(json.path("event_name").textValue());
        }
        assertThat(eventsOfMessages)
                .hasSize(BODIES / 2)
                .allSatisfy((id, events) -> assertThat(events).hasSize(2));
    }

    @Test
    void the_same_seed_gives_the_same_bodies_and_another_one_other_messages() {
        Traffic.Shape shape = new Traffic.Shape("clinic", 10, 1, 700);
        assertThat(new Traffic(shape, 3).body(7, AT)).isEqualTo(new Traffic(shape, 3).body(7, AT));
        assertThat(new Traffic(shape, 3).body(7, AT)).isNotEqualTo(new Traffic(shape, 4).body(7, AT));
    }
}
