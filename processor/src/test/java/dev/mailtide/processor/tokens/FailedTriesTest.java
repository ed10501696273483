package dev.mailtide.processor.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FailedTriesTest {

    private static final String GUESSER = "192.0.2.1";

    private long now = 42;
    private final FailedTries tries = new FailedTries(() -> now);

    @Test
    void after_twenty_failures_an_address_may_try_once_a_second() {
        fail(GUESSER, 20);
        assertThat(tries.mayTry(GUESSER, "any")).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(tries.mayTry(GUESSER, "any")).isTrue();
        tries.failed(GUESSER, "any");
        assertThat(tries.mayTry(GUESSER, "any")).isFalse();
    }

    @Test
    void others_are_not_held_up() {
        fail(GUESSER, 20);
        assertThat(tries.mayTry("192.0.2.2", "any")).isTrue();
    }

    @Test
    void a_token_that_was_good_from_there_stays_good_while_others_are_not_looked_at() {
        tries.succeeded(GUESSER, "good");
        fail(GUESSER, 20);
        assertThat(tries.mayTry(GUESSER, "good")).isTrue();
        assertThat(tries.mayTry(GUESSER, "another")).isFalse();
    }

    @Test
    void who_goes_on_failing_owes_nothing_and_a_revoked_token_is_no_way_round() {
        tries.succeeded(GUESSER, "revoked");
        for (int i = 0; i < 1_000; i++) {
            tries.failed(GUESSER, "revoked");
        }
        assertThat(tries.mayTry(GUESSER, "revoked")).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(tries.mayTry(GUESSER, "new")).isTrue();
    }

    @Test
    void what_was_used_up_comes_back_and_is_never_more_than_twenty() {
        fail(GUESSER, 20);
        now += Duration.ofDays(1).toNanos();
        fail(GUESSER, 20);
        assertThat(tries.mayTry(GUESSER, "any")).isFalse();
    }

    @Test
    void who_was_silent_for_longest_is_forgotten_when_there_are_too_many() {
        fail(GUESSER, 20);
        for (int i = 0; i < 10_000; i++) {
            tries.failed("2001:db8::" + Integer.toHexString(i), "any");
        }
        assertThat(tries.mayTry(GUESSER, "any")).isTrue();
    }

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            tries.failed(address, "any");
        }
    }
}
