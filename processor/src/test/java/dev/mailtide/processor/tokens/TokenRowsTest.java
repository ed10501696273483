package dev.mailtide.processor.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenRowsTest {

    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Secret secret = BearerToken.generate(RANDOM);
    private final ApiToken token =
            ApiToken.of(secret, "reports", new Scope(List.of("*.b.example", "a.example"), true, false), NOW, RANDOM);
    private final TokenRows rows = new TokenRows();

    @Test
    void what_is_kept_of_a_token_reads_as_it_was_written_and_is_not_the_token() {
        assertThat(ApiToken.decode(token.encode())).contains(token);
        assertThat(ApiToken.decode(token.revoked(NOW.plusSeconds(1)).encode()))
                .contains(token.revoked(NOW.plusSeconds(1)));
        assertThat(new String(token.encode(), StandardCharsets.UTF_8))
                .contains(ApiToken.hash(secret.reveal()))
                .doesNotContain(secret.reveal());
    }

    @Test
    void a_token_opens_what_it_says_until_it_is_revoked() {
        rows.put(token.id(), token.encode());
        assertThat(rows.inForce(ApiToken.hash(secret.reveal()))).contains(token);
        assertThat(rows.inForce(ApiToken.hash(secret.reveal() + "x"))).isEmpty();
        rows.put(token.id(), token.revoked(NOW.plusSeconds(1)).encode());
        assertThat(rows.inForce(ApiToken.hash(secret.reveal()))).isEmpty();
        assertThat(rows.all()).hasSize(1);
        assertThat(token.revoked(NOW).revoked(NOW.plusSeconds(9)).revokedAt()).contains(NOW);
    }

    @Test
    void what_cannot_be_read_or_stands_under_another_id_leaves_nothing_in_force() {
        for (String value : List.of(
                "",
                "null",
                "[]",
                "{}",
                new String(token.encode(), StandardCharsets.UTF_8).replace(token.id(), "tok-000000000000"),
                new String(token.encode(), StandardCharsets.UTF_8).replace("a.example", "*.*"))) {
            rows.put(token.id(), token.encode());
            rows.put(token.id(), value.getBytes(StandardCharsets.UTF_8));
            assertThat(rows.inForce(ApiToken.hash(secret.reveal()))).as(value).isEmpty();
        }
    }

    @Test
    void when_the_topic_is_read_again_a_revoked_token_does_not_come_back() {
        rows.put(token.id(), token.encode());
        rows.put(token.id(), token.revoked(NOW).encode());
        rows.put(token.id(), token.encode());
        assertThat(rows.inForce(ApiToken.hash(secret.reveal()))).isEmpty();
    }

    @Test
    void a_row_that_is_gone_opens_nothing() {
        rows.put(token.id(), token.encode());
        rows.remove(token.id());
        assertThat(rows.inForce(ApiToken.hash(secret.reveal()))).isEmpty();
    }

    @Test
    void a_name_holds_nothing_that_could_forge_a_line() {
        assertThat(ApiToken.isName("Reports, 2nd floor")).isTrue();
        for (String name : List.of("", "a\tb", "a\nb", "a\u202eb", "x".repeat(101))) {
            assertThat(ApiToken.isName(name)).isFalse();
        }
    }
}
