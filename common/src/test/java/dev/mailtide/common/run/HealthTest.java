package dev.mailtide.common.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthTest {

    private final Health health = new Health();

    @Test
    void a_service_that_requires_nothing_is_ready() {
        assertThat(health.problems()).isEmpty();
    }

    @Test
    void every_problem_is_told_in_the_order_in_which_the_checks_were_added() {
        health.require("kafka", () -> Optional.of("no answer for 5 s"));
        health.require("disk", Optional::empty);
        health.require("clock", () -> Optional.of("goes backwards"));

        assertThat(health.problems()).containsExactly("kafka: no answer for 5 s", "clock: goes backwards");
    }

    @Test
    void a_check_is_asked_each_time() {
        AtomicReference<Optional<String>> answer = new AtomicReference<>(Optional.of("starting"));
        health.require("kafka", answer::get);

        assertThat(health.problems()).containsExactly("kafka: starting");
        answer.set(Optional.empty());
        assertThat(health.problems()).isEmpty();
    }

    @Test
    void a_service_that_is_stopping_is_never_ready_again() {
        health.require("kafka", () -> Optional.of("gone"));

        health.stopping();

        assertThat(health.problems()).containsExactly("stopping", "kafka: gone");
    }
}
