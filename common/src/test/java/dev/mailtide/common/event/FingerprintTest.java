package dev.mailtide.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final Optional<String> ABSENT = Optional.empty();

    @ParameterizedTest
    @MethodSource("vectors")
    void a_fingerprint_is_the_one_of_the_golden_file(JsonNode vector) {
        List<Optional<String>> parts = vector.get("parts")
                .valueStream()
                .map(part -> Optional.ofNullable(part.textValue()))
                .toList();

        assertThat(Fingerprint.over(parts).hex())
                .as(vector.get("name").textValue())
                .isEqualTo(vector.get("fingerprint").textValue());
    }

    static Stream<JsonNode> vectors() {
        return Golden.vectors("fingerprint/v1.json");
    }

    @Test
    void the_golden_fingerprints_all_differ() {
        assertThat(vectors().map(vector -> vector.get("fingerprint").textValue()))
                .doesNotHaveDuplicates()
                .hasSize(17);
    }

    @Test
    void the_sample_of_paubox_has_the_documented_fingerprint() {
        Fingerprint fingerprint = Fingerprint.over(List.of(
                Optional.of("v1"),
                Optional.of("paubox"),
                Optional.of("api_mail_log_permanent_failure"),
                Optional.of("XXX430aa-9b7c-42d5-9614-2e38f5a3f71f@XXXXXXXXX.com"),
                Optional.of("5555555555"),
                Optional.of("xxxxxxx@xxxxxxx.com"),
                Optional.of("2022-04-18T20:27:25.379Z"),
                ABSENT,
                ABSENT));

        assertThat(fingerprint).isEqualTo(new Fingerprint("15d374e9617ed9391a553bc712aed92d"));
    }

    @Test
    void an_absent_part_is_another_one_than_an_empty_part() {
        assertThat(Fingerprint.over(List.of(ABSENT))).isNotEqualTo(Fingerprint.over(List.of(Optional.of(""))));
    }

    @Test
    void parts_cannot_run_into_one_another() {
        assertThat(Fingerprint.over(List.of(Optional.of("a"), Optional.of("bc"))))
                .isNotEqualTo(Fingerprint.over(List.of(Optional.of("ab"), Optional.of("c"))));
    }

    @Test
    void it_can_be_kept_as_16_bytes_and_found_at_the_start_of_more() {
        Fingerprint fingerprint = new Fingerprint("000102030405060708090a0b0c0d0eff");
        byte[] bytes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1};
        byte[] withMore = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, -1, 77, 78};

        assertThat(fingerprint.bytes()).isEqualTo(bytes);
        assertThat(Fingerprint.ofBytes(bytes)).isEqualTo(fingerprint);
        assertThat(Fingerprint.ofBytes(withMore)).isEqualTo(fingerprint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15d374e9617ed9391a553bc712aed92",
                "15d374e9617ed9391a553bc712aed92d0",
                "15D374E9617ED9391A553BC712AED92D",
                "15d374e9617ed9391a553bc712aed92g",
            })
    void anything_but_32_lower_case_hex_digits_is_refused(String hex) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint(hex));
    }
}
