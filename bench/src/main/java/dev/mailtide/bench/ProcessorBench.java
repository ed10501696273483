package dev.mailtide.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/**
 * Measures the processor on backlogs that lie before it all at once, against a bare consumer that only parses the same bodies.
 * A round that does not count comes first, so that nobody's code is cold; who is first alternates.
 */
final class ProcessorBench {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);
    private static final String DOMAIN_TOPICS = "email.domain.";
    private static final Duration DRAIN_MAX = Duration.ofMinutes(10);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SEED = 5;

    private final ProcessorPlan plan;
    private final Site site;
    private final InstantSource clock;
    private final Consumer<String> progress;
    private final Map<Load, List<Measured>> measuredBy = new EnumMap<>(Load.class);
    private long next;

    ProcessorBench(ProcessorPlan plan, Site site, InstantSource clock, Consumer<String> progress) {
        this.plan = plan;
        this.site = site;
        this.clock = clock;
        this.progress = progress;
    }

    /** How the bodies are spread over sender domains. */
    enum Load {
        UNIFORM("uniform"),
        HOT_DOMAIN("hot-domain");

        private final String label;

        Load(String label) {
            this.label = label;
        }
    }

    /**
     * One backlog: how it was drained, how fast it can be parsed, and what the broker did meanwhile.
     *
     * @param brokerMicros processor time of the broker for each event
     */
    private record Measured(Slice drained, Slice parsed, BrokerBytes written, double brokerMicros) {}

    /** What a round works with. */
    private record Parts(ChildProcess processor, ChildProcess parser, Way way, Backlog backlog) {}

    /** Starts everything, measures, and counts what came out. */
    ProcessorReport measure(double loadBefore) throws IOException, InterruptedException {
        site.startBroker();
        ProcessorRole role = new ProcessorRole(site, plan.jvm(), plan.settings());
        ChildProcess processor = role.start();
        role.awaitReady(processor, Site.START_MAX);
        OptionalLong heapBytesMax = role.heapBytesMax();
        ChildProcess parser = site.helper(
                "parser", ParseProcess.class, plan.jvm(), List.of(site.kafka().bootstrapServers()));
        try (Way way = Way.of(site.kafka(), TOPICS.raw().name(), TOPICS.events().name());
                Backlog backlog = new Backlog(site.kafka(), TOPICS.raw(), progress)) {
            Parts parts = new Parts(processor, parser, way, backlog);
            for (int round = 0; round <= plan.rounds(); round++) {
                progress.accept(round == 0 ? "warming up" : "round " + round + " of " + plan.rounds());
                List<Load> order = new ArrayList<>(List.of(Load.values()));
                Collections.rotate(order, round);
                for (Load load : order) {
                    Measured measured = round(load, parts);
                    if (round > 0) {
                        measuredBy
                                .computeIfAbsent(load, all -> new ArrayList<>())
                                .add(measured);
                    }
                }
            }
        }
        progress.accept("counting what came out");
        CountedEvents.Found found = CountedEvents.read(site.kafka());
        return new ProcessorReport(plan, runs(heapBytesMax), found, next, loadBefore);
    }

    private Measured round(Load load, Parts parts) throws InterruptedException {
        int domains = load == Load.UNIFORM ? plan.domains() : 1;
        Traffic traffic = new Traffic(new Traffic.Shape(load.label, domains, 2, plan.bodyBytes()), SEED);
        BrokerBytes before = BrokerBytes.of(site.broker());
        Map<Integer, Long> from = rawEnds();
        parts.backlog().write(traffic, new Backlog.Numbers(next, plan.events()), clock.instant());
        next += plan.events();
        Duration brokerBefore = site.broker().cpu();
        Slice slice = drain(load, parts);
        double brokerMicros = microsPerEvent(site.broker().cpu().minus(brokerBefore));
        Slice baseline = parse(parts.parser(), from, rawEnds());
        progress.accept("  " + Run.of(load.label, "events/s", List.of(slice)).against(baseline.perSecond()));
        return new Measured(slice, baseline, BrokerBytes.of(site.broker()).since(before), brokerMicros);
    }

    private Slice drain(Load load, Parts parts) throws InterruptedException {
        Progress counted = new Progress(load.label + ": counted", plan.events(), progress);
        Duration cpuBefore = parts.processor().cpu();
        long start = System.nanoTime();
        parts.backlog().release();
        parts.way().awaitDrained(counted, plan.events(), parts.processor(), DRAIN_MAX);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double cpuMicros = microsPerEvent(parts.processor().cpu().minus(cpuBefore));
        return new Slice(plan.events(), seconds, 0, 0, cpuMicros, plan.events(), 0, 0);
    }

    private double microsPerEvent(Duration cpu) {
        return cpu.toNanos() / 1_000.0 / plan.events();
    }

    private Slice parse(ChildProcess parser, Map<Integer, Long> from, Map<Integer, Long> to)
            throws InterruptedException {
        try {
            String question = ParseProcess.JSON.writeValueAsString(
                    new ParseProcess.Question(TOPICS.raw().name(), from, to));
            return ParseProcess.JSON.readValue(parser.ask(question, DRAIN_MAX), Slice.class);
        } catch (JsonProcessingException e) {
            throw new ResourceException("the parser did not answer with figures", e);
        }
    }

    private Map<Integer, Long> rawEnds() throws InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < TOPICS.raw().shape().partitions(); partition++) {
            latest.put(new TopicPartition(TOPICS.raw().name(), partition), OffsetSpec.latest());
        }
        Map<Integer, Long> ends = new TreeMap<>();
        try (Admin admin = site.kafka().openAdmin()) {
            admin.listOffsets(latest)
                    .all()
                    .get(DRAIN_MAX.toSeconds(), TimeUnit.SECONDS)
                    .forEach((partition, end) -> ends.put(partition.partition(), end.offset()));
        } catch (ExecutionException | TimeoutException e) {
            throw new ResourceException("the broker does not say where the raw topic ends", e);
        }
        return ends;
    }

    private List<ProcessorReport.Drained> runs(OptionalLong heapBytesMax) {
        String raw = TOPICS.raw().name();
        List<ProcessorReport.Drained> runs = new ArrayList<>();
        for (Load load : Load.values()) {
            List<Measured> rounds = measuredBy.getOrDefault(load, List.of());
            Run parseOnly = Run.of(
                    "parse-only " + load.label,
                    "bodies/s",
                    rounds.stream().map(Measured::parsed).toList());
            Run run = Run.of(
                            load.label,
                            "events/s",
                            rounds.stream().map(Measured::drained).toList())
                    .against(parseOnly.value())
                    .heap(heapBytesMax);
            BrokerBytes bytes =
                    rounds.stream().map(Measured::written).reduce(new BrokerBytes(Map.of()), BrokerBytes::plus);
            runs.add(new ProcessorReport.Drained(
                    run,
                    parseOnly,
                    Figures.median(rounds, Measured::brokerMicros),
                    bytes.perByteOf(raw),
                    bytes.eachPerByteOf(raw, DOMAIN_TOPICS)));
            progress.accept("  " + run);
        }
        return runs;
    }
}
