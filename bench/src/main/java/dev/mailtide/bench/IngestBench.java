package dev.mailtide.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Measures ingest against what the same machine does at best: the HTTP shell alone, and the bare producer alone. One
 * request needs both, so their times add up to the limit. All three are measured in turn, round by round, so that a machine
 * that slows down slows them all; each rate is the median of the rounds.
 */
final class IngestBench {

    /** At the beginning of each measurement, while connections open and batches find their size. */
    private static final Duration RAMP = Duration.ofMillis(500);

    private static final List<Integer> LINGER_MILLIS = List.of(0, 1, 5);
    private static final String REQUESTS = "requests/s";
    private static final String RECORDS = "records/s";
    private static final String KAFKA = "kafka";

    private final IngestPlan plan;
    private final Stage stage;
    private final Consumer<String> progress;
    private final List<byte[]> bodies;
    private final Verdict verdict = new Verdict();
    private final List<Run> runs = new ArrayList<>();
    private final List<Run> baselines = new ArrayList<>();
    private OptionalLong heapBytesMax = OptionalLong.empty();

    /** @param progress is told a line for a person now and then */
    IngestBench(IngestPlan plan, Stage stage, Consumer<String> progress) {
        this.plan = plan;
        this.stage = stage;
        this.progress = progress;
        this.bodies = stage.bodies();
    }

    /** What is measured against what: the same connections, or sends outstanding, for all. */
    @FunctionalInterface
    private interface Target {
        Slice measure() throws IOException, InterruptedException;
    }

    /** @param loadBefore load average of the machine before anything was started, for the report */
    Report measure(double loadBefore) throws IOException, InterruptedException {
        heapBytesMax = Probe.heapBytesMax(stage.ingestAddress());
        warmUp();
        for (int connections : plan.connections()) {
            closedLoop(connections);
        }
        if (plan.openLoopPerSecond() > 0) {
            openLoop();
        }
        if (plan.spool() == IngestPlan.SpoolPath.MEASURED) {
            new SpoolBench(plan, stage, verdict, progress)
                    .measure(bodies, runs.get(runs.size() - 1).value())
                    .forEach(run -> add(run.heap(heapBytesMax)));
        }
        long raw = MeasuredTopics.records(stage.kafka(), MeasuredTopics.raw());
        long produced = MeasuredTopics.records(stage.kafka(), MeasuredTopics.baseline());
        return new Report(plan, runs, baselines, verdict.check(raw, produced), loadBefore);
    }

    private void warmUp() throws IOException, InterruptedException {
        progress.accept("warming up, " + plan.warmUp().toSeconds() + " s each");
        int connections = plan.connectionsMax();
        Load load = load(stage.ingestAddress(), connections, 0, Duration.ZERO, plan.warmUp());
        verdict.posted(LoadClient.run(load, bodies, stage.ingest()::cpu));
        Load shell = load(stage.shellAddress(), connections, 0, Duration.ZERO, plan.warmUp());
        LoadClient.run(shell, bodies, stage.baseline()::cpu);
        verdict.produced(stage.produce(
                new BareProducer.Question(connections, 0, 0, plan.warmUp().toMillis())));
    }

    private void closedLoop(int connections) throws IOException, InterruptedException {
        Map<String, Target> targets = targets(connections);
        Map<String, List<Slice>> slices = new LinkedHashMap<>();
        for (int round = 0; round < plan.rounds(); round++) {
            progress.accept(connections + " connections, round " + (round + 1) + " of " + plan.rounds());
            List<Map.Entry<String, Target>> order = new ArrayList<>(targets.entrySet());
            // Who comes first differs, so that none is always the one after the most expensive.
            Collections.rotate(order, round);
            for (Map.Entry<String, Target> target : order) {
                slices.computeIfAbsent(target.getKey(), all -> new ArrayList<>())
                        .add(target.getValue().measure());
            }
        }
        add(connections, slices);
    }

    private Map<String, Target> targets(int connections) {
        Map<String, Target> targets = new LinkedHashMap<>();
        targets.put("ingest", () -> verdict.posted(post(connections)));
        targets.put(
                "shell-only",
                () -> LoadClient.run(
                        load(stage.shellAddress(), connections, 0, RAMP, plan.window()),
                        bodies,
                        stage.baseline()::cpu));
        for (int linger : LINGER_MILLIS) {
            targets.put(
                    producerName(linger),
                    () -> verdict.produced(stage.produce(new BareProducer.Question(
                            connections, linger, RAMP.toMillis(), plan.window().toMillis()))));
        }
        return targets;
    }

    private static String producerName(int lingerMillis) {
        return "bare-producer " + lingerMillis;
    }

    private Slice post(int connections) throws IOException, InterruptedException {
        return LoadClient.run(
                load(stage.ingestAddress(), connections, 0, RAMP, plan.window()), bodies, stage.ingest()::cpu);
    }

    private Load load(InetSocketAddress server, int connections, int perSecond, Duration warmUp, Duration window) {
        return new Load(server, stage.path(), connections, perSecond, warmUp, window);
    }

    private void add(int connections, Map<String, List<Slice>> slices) {
        Run shell = Run.of("shell-only", REQUESTS, slices.getOrDefault("shell-only", List.of()))
                .connections(connections);
        List<Run> producers = LINGER_MILLIS.stream()
                .map(linger -> Run.of("bare-producer", RECORDS, slices.getOrDefault(producerName(linger), List.of()))
                        .connections(connections)
                        .linger(linger))
                .toList();
        Run best = Collections.max(producers, Comparator.comparingDouble(Run::value));
        baselines.add(told(shell));
        producers.forEach(producer -> baselines.add(told(producer)));
        add(Run.of("ingest", REQUESTS, slices.getOrDefault("ingest", List.of()))
                .connections(connections)
                .path(KAFKA)
                .against(Figures.limit(shell.value(), best.value()))
                .heap(heapBytesMax));
    }

    private void openLoop() throws IOException, InterruptedException {
        int rate = plan.openLoopPerSecond();
        progress.accept("open loop, " + rate + " a second");
        Load load = load(
                stage.ingestAddress(),
                plan.connectionsMax(),
                rate,
                RAMP,
                plan.window().multipliedBy(2));
        Slice slice = verdict.posted(LoadClient.run(load, bodies, stage.ingest()::cpu));
        add(Run.of("open-loop", REQUESTS, List.of(slice))
                .path(KAFKA)
                .against(rate)
                .heap(heapBytesMax));
    }

    private void add(Run run) {
        runs.add(told(run));
    }

    private Run told(Run run) {
        progress.accept("  " + run);
        return run;
    }
}
