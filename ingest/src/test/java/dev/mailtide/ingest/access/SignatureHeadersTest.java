package dev.mailtide.ingest.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureHeadersTest {

    private final SignatureHeaders headers = new SignatureHeaders();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Paubox-Signature",
                "webhook-signature",
                "SIGNATURE",
                "signature-input",
                "x-designature-Signature",
                "X-Hub-Signature-256",
                "X-Twilio-Email-Event-Webhook-Signature"
            })
    void a_header_with_signature_in_its_name_is_noticed(String name) {
        assertThat(headers.notice("main", List.of("Host", name), "")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type",
                "x-signatures",
                "x-designature",
                "sign",
                "x-signed-by",
                "",
                "x-signaturesignature-"
            })
    void other_headers_are_not(String name) {
        assertThat(headers.notice("main", List.of("Host", name), "")).isFalse();
    }

    @Test
    void the_one_that_is_checked_is_known_and_another_beside_it_is_not() {
        assertThat(headers.notice("main", List.of("Webhook-Signature"), "webhook-signature"))
                .isFalse();
        assertThat(headers.notice("main", List.of("Webhook-Signature", "x-signature"), "webhook-signature"))
                .isTrue();
    }

    @Test
    void each_name_is_logged_once_for_each_source_cleaned_and_cut_and_only_twenty_of_them() {
        CapturedLog log = CapturedLog.during(() -> {
            headers.notice("one", List.of("X-Signature"), "");
            headers.notice("one", List.of("x-signature"), "");
            headers.notice("two", List.of("X-Signature"), "");
            headers.notice("two", List.of("y_ü!-signature"), "");
            headers.notice("two", List.of("x".repeat(100) + "-signature"), "");
            for (int i = 0; i < 100; i++) {
                headers.notice("many", List.of("x-" + i + "-signature"), "");
            }
        });
        assertThat(log.linesWith("source one")).hasSize(1);
        assertThat(log.linesWith("source one").get(0)).contains("the header x-signature,");
        assertThat(log.linesWith("source two")).hasSize(3);
        assertThat(log.linesWith("source two").get(1)).contains("the header y-signature,");
        assertThat(log.linesWith("source two").get(2)).contains("the header " + "x".repeat(64) + ",");
        assertThat(log.linesWith("source many")).hasSize(20);
    }
}
