package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures how long it takes from the moment at which an event is due to be posted until the API has counted it, while
 * others are posted at a steady rate (an open loop), with everything in one JVM. The rates come one after the other, each
 * when nothing of the last is left.
 */
final class EndToEndBench {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);

    /** At the beginning of each step, while connections open. */
    private static final Duration RAMP = Duration.ofSeconds(3);

    private static final Duration DRAIN_MAX = Duration.ofMinutes(3);
    private static final int CONNECTIONS = 256;
    private static final int PROBES = 4;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long SEED = 6;

    private final EndToEndPlan plan;
    private final Site site;
    private final InstantSource clock;
    private final Consumer<String> progress;
    private final Traffic traffic;
    private long next;
    private long answered;
    private long unknown;

    EndToEndBench(EndToEndPlan plan, Site site, InstantSource clock, Consumer<String> progress) {
        this.plan = plan;
        this.site = site;
        this.clock = clock;
        this.progress = progress;
        this.traffic = new Traffic(new Traffic.Shape("clinic", plan.domains(), 2, plan.bodyBytes()), SEED);
    }

    /** Starts everything, measures, and counts what came out. */
    EndToEndReport measure(double loadBefore) throws IOException, InterruptedException {
        UpRole up = UpRole.start(site, plan.jvm());
        OptionalLong heapBytesMax = Probe.heapBytesMax(up.apiAddress());
        List<Run> runs = new ArrayList<>();
        try (Way way = Way.of(up.kafka(), TOPICS.raw().name(), TOPICS.events().name())) {
            if (!plan.warmUp().isZero()) {
                progress.accept("warming up, " + plan.warmUp().toSeconds() + " s");
                post(up, plan.rates().get(0), Duration.ZERO, plan.warmUp());
                drain(way, up);
            }
            for (int rate : plan.rates()) {
                progress.accept(rate + " events a second, " + plan.window().toSeconds() + " s");
                Run run = step(up, rate).heap(heapBytesMax);
                progress.accept("  " + run);
                runs.add(run);
                drain(way, up);
            }
        }
        progress.accept("counting what came out");
        CountedEvents.Found found = CountedEvents.read(up.kafka());
        return new EndToEndReport(plan, runs, new EndToEndReport.Counts(answered, unknown, found), loadBefore);
    }

    private Run step(UpRole up, int rate) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(PROBES);
        try {
            long now = System.nanoTime();
            long begin = now + RAMP.toNanos();
            VisibilityProbe.Window window =
                    new VisibilityProbe.Window(now, begin, begin + plan.window().toNanos());
            List<Future<VisibilityProbe.Seen>> probes = new ArrayList<>();
            for (int i = 0; i < PROBES; i++) {
                Traffic own =
                        new Traffic(new Traffic.Shape("probe-" + rate + "-" + i, 1, 1, plan.bodyBytes()), SEED + 1 + i);
                probes.add(threads.submit(new VisibilityProbe(up, own, clock, window)));
            }
            Slice posted = post(up, rate, RAMP, plan.window());
            Histogram latencies = new Histogram(3);
            for (Future<VisibilityProbe.Seen> probe : probes) {
                VisibilityProbe.Seen seen = probe.get();
                latencies.add(seen.nanos());
                answered += seen.answered();
                unknown += seen.posted() - seen.answered();
            }
            return run(rate, posted, latencies);
        } catch (ExecutionException e) {
            throw new ResourceException("a probe got no answer: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Slice post(UpRole up, int rate, Duration ramp, Duration window) throws IOException, InterruptedException {
        Load load = new Load(up.ingestAddress(), up.webhook().getPath(), CONNECTIONS, rate, ramp, window);
        Slice slice = LoadClient.runFresh(load, this::nextBody, up.process()::cpu);
        answered += slice.acked();
        unknown += slice.refused() + slice.unanswered();
        return slice;
    }

    private byte[] nextBody() {
        return traffic.body(next++, clock.instant());
    }

    /** Rate and processor time of all that was posted, latencies of what the probes saw. */
    private static Run run(int rate, Slice posted, Histogram latencies) {
        Slice slice = new Slice(
                posted.units(),
                posted.seconds(),
                latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                posted.cpuMicrosPerUnit(),
                posted.acked(),
                posted.refused(),
                posted.unanswered());
        return Run.of("rate-" + rate, "events/s", List.of(slice))
                .connections(CONNECTIONS)
                .against(rate);
    }

    private void drain(Way way, UpRole up) throws InterruptedException {
        way.awaitDrained(new Progress("drained", next, progress), next, up.process(), DRAIN_MAX);
    }
}
