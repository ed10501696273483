package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityKeyTest {

    @ParameterizedTest
    @MethodSource("vectors")
    void a_recipient_key_is_the_one_of_the_golden_file(JsonNode vector) {
        IdentityKey key =
                new IdentityKey(HexFormat.of().parseHex(vector.get("key").textValue()));

        assertThat(key.keyOf(vector.get("address").textValue()))
                .isEqualTo(new RecipientKey(vector.get("recipientKey").textValue()));
    }

    static Stream<JsonNode> vectors() {
        return Golden.vectors("recipient-key/v1.json");
    }

    @Test
    void another_key_or_another_address_is_another_recipient() {
        assertThat(vectors().map(vector -> vector.get("recipientKey").textValue()))
                .doesNotHaveDuplicates()
                .hasSize(15);
    }

    @Test
    void the_caller_may_wipe_its_copy_of_the_key() {
        byte[] bytes = new byte[IdentityKey.BYTES];
        IdentityKey key = new IdentityKey(bytes);
        RecipientKey before = key.keyOf("pat@home.example");

        bytes[0] = 1;

        assertThat(key.keyOf("pat@home.example")).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 31, 33, 64})
    void a_key_of_another_length_is_refused(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IdentityKey(new byte[length]))
                .withMessage("the identity key has 32 bytes, not " + length);
    }

    @Test
    void a_recipient_key_can_be_kept_as_16_bytes() {
        byte[] bytes = {0, 17, 34, 51, 68, 85, 102, 119, -120, -103, -86, -69, -52, -35, -18, -1};

        assertThat(new RecipientKey("00112233445566778899aabbccddeeff").bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0011", "00112233445566778899AABBCCDDEEFF", "00112233445566778899aabbccddeeff00"})
    void a_recipient_key_of_other_than_32_lower_case_hex_digits_is_refused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RecipientKey(hex));
    }
}
