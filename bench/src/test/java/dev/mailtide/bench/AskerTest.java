package dev.mailtide.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Against a real HTTP shell that takes its time. */
class AskerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int PER_SECOND = 20;

    private final AtomicInteger asked = new AtomicInteger();

    @AutoClose
    private final Meters meters = new Meters();

    @AutoClose
    private final HttpShell shell =
            HttpShell.start(new HttpShell.Address("127.0.0.1", 0, "port"), new Health(), meters, 1_000, routes -> {
                routes.get("/slow-once", context -> {
                    if (asked.incrementAndGet() == 1) {
                        assertThat(new CountDownLatch(1).await(800, TimeUnit.MILLISECONDS))
                                .isFalse();
                    }
                });
                routes.get("/busy", context -> context.status(503));
                routes.get("/quick", context -> asked.incrementAndGet());
            });

    @Test
    void questions_that_were_due_while_one_was_slow_have_waited_and_none_is_left_out() throws Exception {
        Slice slice = ask("/slow-once", 0);
        assertThat(asked).hasValue(PER_SECOND);
        assertThat(slice.units()).isEqualTo(PER_SECOND);
        // Most were due while the first one waited.
        assertThat(slice.p50Millis()).isGreaterThan(150);
    }

    @Test
    void only_what_is_due_within_the_window_is_measured() throws Exception {
        Slice slice = ask("/quick", SECOND / 2);
        assertThat(asked).hasValue(PER_SECOND);
        assertThat(slice.acked()).isEqualTo(PER_SECOND);
        assertThat(slice.units()).isEqualTo(PER_SECOND / 2);
        assertThat(slice.seconds()).isEqualTo(0.5);
    }

    @Test
    void what_is_answered_with_another_status_is_refused_and_has_no_latency() throws Exception {
        Slice slice = ask("/busy", 0);
        assertThat(slice.refused()).isEqualTo(PER_SECOND);
        assertThat(slice.units()).isZero();
        assertThat(slice.p99Millis()).isZero();
    }

    @Test
    void what_is_never_answered_is_counted_and_the_asking_goes_on() throws Exception {
        InetSocketAddress nobody = at(shell.port());
        shell.close();
        Slice slice = new Asker(new PlainClient(nobody, "t"), () -> "/quick", window(0), 1).call();
        assertThat(slice.unanswered()).isEqualTo(PER_SECOND);
    }

    private Slice ask(String path, long rampNanos) throws Exception {
        PlainClient client = new PlainClient(at(shell.port()), "mt_x");
        return new Asker(client, () -> path, window(rampNanos), 1).call();
    }

    private static Asker.Window window(long rampNanos) {
        long now = System.nanoTime();
        return new Asker.Window(now, now + rampNanos, now + SECOND, PER_SECOND);
    }

    private static InetSocketAddress at(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
