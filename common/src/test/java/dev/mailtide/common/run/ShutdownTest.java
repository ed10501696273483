package dev.mailtide.common.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownTest {

    private final List<String> journal = new ArrayList<>();
    private final Shutdown shutdown = new Shutdown("test");

    @Test
    void what_was_started_last_is_stopped_first() {
        shutdown.onStop("close the meters", () -> journal.add("meters"));
        shutdown.onStop("close the producer", () -> journal.add("producer"));
        shutdown.onStop("stop listening", () -> journal.add("server"));

        shutdown.close();

        assertThat(journal).containsExactly("server", "producer", "meters");
    }

    @Test
    void a_step_that_fails_does_not_keep_the_others_from_running() {
        shutdown.onStop("close the meters", () -> journal.add("meters"));
        shutdown.onStop("close the producer", () -> {
            journal.add("producer");
            throw new IllegalStateException("not today");
        });
        shutdown.onStop("stop listening", () -> journal.add("server"));

        shutdown.close();

        assertThat(journal).containsExactly("server", "producer", "meters");
    }

    @Test
    void an_interrupt_in_a_step_is_kept_and_the_others_run() {
        shutdown.onStop("close the meters", () -> journal.add("meters"));
        shutdown.onStop("wait for the last request", () -> {
            throw new InterruptedException();
        });

        shutdown.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(journal).containsExactly("meters");
    }

    @Test
    void stopping_twice_does_nothing_the_second_time() {
        shutdown.onStop("stop listening", () -> journal.add("server"));

        shutdown.close();
        shutdown.close();

        assertThat(journal).containsExactly("server");
    }

    @Test
    void a_step_that_stops_the_whole_again_runs_once() {
        shutdown.onStop("close the meters", () -> journal.add("meters"));
        shutdown.onStop("stop everything", () -> {
            journal.add("everything");
            shutdown.close();
        });

        shutdown.close();

        assertThat(journal).containsExactly("everything", "meters");
    }
}
