package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodiesTest {

    @ParameterizedTest
    @ValueSource(ints = {Bodies.BYTES_MIN, 1_024, 20_000})
    void every_body_is_json_in_pauboxs_shape_and_of_the_size_that_was_asked_for(int bytes) throws IOException {
        for (byte[] body : Bodies.of(bytes, 1)) {
            JsonNode json = new ObjectMapper().readTree(body);
            assertThat(json.at("/payload/header_message_id").textValue()).startsWith("<");
            assertThat(body).hasSize(bytes);
        }
    }

    @Test
    void the_same_seed_gives_the_same_bodies_in_another_process_too() {
        List<byte[]> first = Bodies.of(700, 2);
        List<byte[]> second = Bodies.of(700, 2);
        assertThat(first.toArray(byte[][]::new)).isDeepEqualTo(second.toArray(byte[][]::new));
        assertThat(Arrays.equals(first.get(0), first.get(1))).isFalse();
    }
}
