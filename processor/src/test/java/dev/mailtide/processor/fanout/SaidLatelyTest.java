package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SaidLatelyTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SaidLately saidLately = new SaidLately(nanos::get);

    @Test
    void what_comes_back_is_said_once_a_minute_and_what_is_new_at_once() {
        assertThat(saidLately.isNews("cannot")).isTrue();
        nanos.set(Duration.ofSeconds(59).toNanos());
        assertThat(saidLately.isNews("cannot")).isFalse();
        nanos.set(Duration.ofSeconds(60).toNanos());
        assertThat(saidLately.isNews("cannot")).isTrue();
        assertThat(saidLately.isNews("may not")).isTrue();
        assertThat(saidLately.isNews("may not")).isFalse();
    }
}
