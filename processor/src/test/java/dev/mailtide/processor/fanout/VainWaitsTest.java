package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class VainWaitsTest {

    private final AtomicLong nanos = new AtomicLong();
    private final VainWaits waits = new VainWaits(nanos::get);

    @Test
    void a_thread_that_is_replaced_and_waits_again_has_waited_all_the_time() {
        assertThat(waits.goOn()).isFalse();
        for (int second = 0; second <= 60; second += 15) {
            at(second);
            waits.add();
            assertThat(waits.goOn()).isTrue();
            assertThat(waits.problem()).isEmpty();
        }
        at(75);
        assertThat(waits.problem())
                .contains("cannot send events of new domains on: nobody has written a route for them for 75 s");
    }

    @Test
    void who_has_not_waited_for_a_while_waits_no_longer() {
        waits.add();
        at(60);
        assertThat(waits.goOn()).isTrue();
        at(61);
        assertThat(waits.goOn()).isFalse();

        waits.add();

        at(100);
        assertThat(waits.problem()).isEmpty();
    }

    @Test
    void a_route_ends_the_wait() {
        waits.add();
        waits.end();

        assertThat(waits.goOn()).isFalse();
        assertThat(waits.problem()).isEmpty();
    }

    private void at(int second) {
        nanos.set(Duration.ofSeconds(second).toNanos());
    }
}
