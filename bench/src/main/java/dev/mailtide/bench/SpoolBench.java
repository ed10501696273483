package dev.mailtide.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Measures ingest while the broker is stopped, and how fast what it kept meanwhile is drained when the broker is back. */
final class SpoolBench {

    private static final Duration RAMP = Duration.ofSeconds(2);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(2);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String SPOOL = "spool";

    private final IngestPlan plan;
    private final Stage stage;
    private final Verdict verdict;
    private final Consumer<String> progress;

    SpoolBench(IngestPlan plan, Stage stage, Verdict verdict, Consumer<String> progress) {
        this.plan = plan;
        this.stage = stage;
        this.verdict = verdict;
        this.progress = progress;
    }

    /**
     * Two runs: accepting, compared with the rate while the broker was there, and draining, compared with accepting. An
     * ingest that refuses everything meanwhile shows as a rate of 0 with the refusals beside it, and nothing to drain.
     */
    List<Run> measure(List<byte[]> bodies, double kafkaPerSecond) throws IOException, InterruptedException {
        long before = MeasuredTopics.records(stage.kafka(), MeasuredTopics.raw());
        progress.accept("broker stopped");
        stage.stopBroker();
        int connections = plan.connectionsMax();
        Load load = new Load(stage.ingestAddress(), stage.path(), connections, 0, RAMP, plan.window());
        Slice accepted = verdict.posted(LoadClient.run(load, bodies, stage.ingest()::cpu));
        Run accepting = Run.of("ingest", "requests/s", List.of(accepted))
                .connections(connections)
                .path(SPOOL)
                .against(kafkaPerSecond);
        progress.accept("broker started again");
        stage.startBroker();
        Slice drained = awaitDrained(before);
        return accepted.acked() == 0
                ? List.of(accepting)
                : List.of(
                        accepting,
                        Run.of("drain", "records/s", List.of(drained))
                                .path(SPOOL)
                                .against(accepted.perSecond()));
    }

    /** From the moment at which the broker answers; draining may have begun a little earlier. */
    private Slice awaitDrained(long before) throws InterruptedException {
        long start = System.nanoTime();
        Duration cpuBefore = stage.ingest().cpu();
        long expected = verdict.answered();
        long there = MeasuredTopics.records(stage.kafka(), MeasuredTopics.raw());
        while (there < expected && System.nanoTime() - start < DRAIN_MAX.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(50);
            there = MeasuredTopics.records(stage.kafka(), MeasuredTopics.raw());
        }
        long drained = there - before;
        double cpuMicros = stage.ingest().cpu().minus(cpuBefore).toNanos() / 1_000.0;
        return new Slice(
                drained,
                (System.nanoTime() - start) / NANOS_PER_SECOND,
                0,
                0,
                drained == 0 ? 0 : cpuMicros / drained,
                0,
                0,
                0);
    }
}
