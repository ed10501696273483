package dev.mailtide.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.bench.Load;
import dev.mailtide.bench.LoadClient;
import dev.mailtide.bench.Slice;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.testkit.fault.BrokerChild;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two thousand clients send one byte a second each, and a normal one hardly notices. Not a part of the build, since it
 * measures times: run by {@code .ci/nightly}.
 */
class SlowClientsTrial {

    private static final int SLOW_CLIENTS = 2_000;
    private static final int QUIET_WINDOWS = 3;
    private static final int WINDOWS = 9;
    private static final int POSTS_PER_SECOND = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration WINDOW = Duration.ofSeconds(10);

    /** Threads that any server starts and stops by itself: compilers, timers. */
    private static final int THREADS_MORE_MAX = 10;

    private static final long MEGABYTES_MORE_MAX = 32;

    /** Its pages would come one by one otherwise, which looks like a leak. */
    private static final List<String> WHOLE_HEAP_IN_MEMORY = List.of("env", "JAVA_TOOL_OPTIONS=-XX:+AlwaysPreTouch");

    @TempDir
    Path folder;

    @Test
    void a_normal_client_keeps_its_pace_beside_2000_slow_ones_and_memory_and_threads_stay_flat() throws Exception {
        int kafkaPort = EmbeddedBroker.freePort();
        try (BrokerChild broker = new BrokerChild(folder.resolve("kafka"), kafkaPort);
                IngestProcess ingest = new IngestProcess(
                        folder, WHOLE_HEAP_IN_MEMORY, "kafka.bootstrap.servers: 127.0.0.1:" + kafkaPort)) {
            long answered = measure(ingest, WARM_UP).acked();
            List<Slice> quiet = new ArrayList<>();
            for (int i = 0; i < QUIET_WINDOWS; i++) {
                quiet.add(measure(ingest, WINDOW));
                say("quiet", quiet.get(i), ingest, 0);
            }
            long threads = ingest.status("Threads");
            long kilobytes = ingest.status("VmRSS");
            List<Slice> beside = new ArrayList<>();
            try (SlowClients slow = new SlowClients(ingest.port(), ingest.path(), SLOW_CLIENTS)) {
                for (int i = 0; i < WINDOWS; i++) {
                    beside.add(measure(ingest, WINDOW));
                    say("beside " + SLOW_CLIENTS + " slow ones", beside.get(i), ingest, slow.cut());
                    assertThat(ingest.status("Threads")).isLessThanOrEqualTo(threads + THREADS_MORE_MAX);
                    assertThat(ingest.status("VmRSS")).isLessThanOrEqualTo(kilobytes + MEGABYTES_MORE_MAX * 1024);
                }
                assertThat(slow.cut()).as("slow clients that were cut").isGreaterThan(SLOW_CLIENTS);
            }
            assertThat(beside)
                    .allSatisfy(window ->
                            assertThat(window.refused() + window.unanswered()).isZero());
            assertThat(medianP99Millis(beside)).isLessThanOrEqualTo(3 * medianP99Millis(quiet));
            answered += Stream.concat(quiet.stream(), beside.stream())
                    .mapToLong(Slice::acked)
                    .sum();
            assertThat(TopicReader.readAll(broker.access(), "email.raw.v1")).hasSize((int) answered);
        }
    }

    /** Of all windows: one in which the machine was busy otherwise says nothing. */
    private static double medianP99Millis(List<Slice> windows) {
        double[] sorted =
                windows.stream().mapToDouble(Slice::p99Millis).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private static Slice measure(IngestProcess ingest, Duration window) throws IOException, InterruptedException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ingest.port());
        List<byte[]> bodies =
                List.of(PauboxBodies.delivered("m-1", "care@clinic.example", "pat@gmail.com", "2026-04-18T20:00:00Z")
                        .getBytes(StandardCharsets.UTF_8));
        Load load = new Load(address, ingest.path(), 2, POSTS_PER_SECOND, Duration.ZERO, window);
        return LoadClient.run(load, bodies, () -> Duration.ZERO);
    }

    private static void say(String when, Slice slice, IngestProcess ingest, int cut) throws IOException {
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %d posts answered 200, p50 %.1f ms, p99 %.1f ms; %d threads, %d MB; %d slow ones cut",
                when,
                slice.acked(),
                slice.p50Millis(),
                slice.p99Millis(),
                ingest.status("Threads"),
                ingest.status("VmRSS") / 1024,
                cut));
    }
}
