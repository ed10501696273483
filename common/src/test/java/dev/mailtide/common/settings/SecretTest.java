package dev.mailtide.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void a_secret_prints_as_asterisks_wherever_it_stands() {
        Secret secret = new Secret("hunter2");

        assertThat(secret).hasToString("****");
        assertThat(new Secret("")).hasToString("****");
        assertThat(Optional.of(secret)).hasToString("Optional[****]");
        assertThat(Map.of("token", secret)).hasToString("{token=****}");
        assertThat(secret.reveal()).isEqualTo("hunter2");
    }

    @Test
    void secrets_of_the_same_text_are_equal() {
        assertThat(new Secret("hunter2"))
                .isEqualTo(new Secret("hunter2"))
                .hasSameHashCodeAs(new Secret("hunter2"))
                .isNotEqualTo(new Secret("hunter3"))
                .isNotEqualTo("hunter2");
    }

    @Test
    void a_secret_matches_the_same_text_and_no_other() {
        Secret secret = new Secret("grüße");

        assertThat(secret.matches("grüße")).isTrue();
        assertThat(secret.matches("grüß")).isFalse();
        assertThat(secret.matches("grüßen")).isFalse();
        assertThat(secret.matches("Grüße")).isFalse();
        assertThat(secret.matches("")).isFalse();
    }
}
