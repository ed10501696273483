package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapWatchTest {

    private static final Duration OFTEN = Duration.ofMillis(1);

    @Test
    void the_greatest_figure_seen_during_the_work_is_kept() throws Exception {
        AtomicLong looks = new AtomicLong();
        CountDownLatch enough = new CountDownLatch(5);
        HeapWatch.Watched<String> watched = HeapWatch.during(
                () -> {
                    assertThat(enough.await(30, TimeUnit.SECONDS)).isTrue();
                    return "done";
                },
                () -> {
                    enough.countDown();
                    return looks.incrementAndGet() == 3 ? 700 : 600;
                },
                OFTEN);
        assertThat(watched).isEqualTo(new HeapWatch.Watched<>("done", 700));
    }

    @Test
    void work_of_no_time_is_looked_at_once() throws Exception {
        assertThat(HeapWatch.during(() -> "done", () -> 7, OFTEN).mostBytes()).isEqualTo(7);
    }

    @Test
    void work_that_fails_ends_the_looking() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> HeapWatch.during(
                        () -> {
                            throw new IOException("no answer");
                        },
                        () -> 1,
                        OFTEN))
                .withMessage("no answer");
    }
}
