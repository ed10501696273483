package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Measures how long the processor needs to restore its state from the changelogs: loads messages, stops it, and starts it
 * once with its state and once without. The difference of the two starts is the restore. Beside it stands how long a bare
 * consumer takes to read the changelogs.
 */
final class RestoreBench {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(30);
    private static final Duration RESTORE_MAX = Duration.ofMinutes(30);
    private static final long CHUNK = 100_000;
    private static final long SENT_AGAIN_MAX = 1_000;
    private static final int DOMAINS = 1_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long SEED = 7;

    private final RestorePlan plan;
    private final Site site;
    private final Instant now;
    private final Consumer<String> progress;
    private final ProcessorRole role;
    private final Traffic traffic;

    RestoreBench(RestorePlan plan, Site site, InstantSource clock, Consumer<String> progress) throws IOException {
        this.plan = plan;
        this.site = site;
        this.now = clock.instant();
        this.progress = progress;
        Map<String, String> settings = new TreeMap<>(plan.settings());
        // The fan-out has no state, and making topics would only hold up the loading.
        settings.putIfAbsent("fan-out.own-topics-max", "0");
        this.role = new ProcessorRole(site, plan.jvm(), settings);
        this.traffic =
                new Traffic(new Traffic.Shape("clinic", DOMAINS, plan.eventsPerMessage(), plan.bodyBytes()), SEED);
    }

    /** Starts everything, measures, and counts what came out. */
    RestoreReport measure(double loadBefore) throws IOException, InterruptedException {
        site.startBroker();
        ChildProcess processor = role.start();
        role.awaitReady(processor, Site.START_MAX);
        progress.accept("loading " + plan.messages() + " messages");
        load(processor, plan.events());
        processor.close();
        long stateBytes = bytesIn(stateFolder());

        progress.accept("starting with the state");
        double withState = secondsOfStart();
        Site.delete(stateFolder());
        progress.accept("starting without the state");
        long start = System.nanoTime();
        ChildProcess restored = startAndWatch();
        double withoutState = (System.nanoTime() - start) / NANOS_PER_SECOND;

        progress.accept("reading the changelogs, and nothing else");
        double reading = secondsOfReading();
        progress.accept("sending some again, and counting what came out");
        load(restored, Math.min(SENT_AGAIN_MAX, plan.events()));
        CountedEvents.Found found = CountedEvents.read(site.kafka());
        RestoreReport.Seconds seconds = new RestoreReport.Seconds(withState, withoutState, reading);
        return new RestoreReport(plan, seconds, stateBytes, found, loadBefore);
    }

    /** Bodies from the first on: what was loaded before is a duplicate, as long as the ledger remembers it. */
    private void load(ChildProcess processor, long count) throws InterruptedException {
        try (Way way = Way.of(site.kafka(), TOPICS.raw().name(), TOPICS.events().name());
                Backlog backlog = new Backlog(site.kafka(), TOPICS.raw(), progress)) {
            for (long first = 0; first < count; first += CHUNK) {
                backlog.write(traffic, new Backlog.Numbers(first, Math.min(CHUNK, count - first)), now);
                backlog.release();
            }
            way.awaitDrained(new Progress("loaded", count, progress), count, processor, DRAIN_MAX);
        }
    }

    private double secondsOfStart() throws IOException, InterruptedException {
        long start = System.nanoTime();
        ChildProcess processor = startAndWatch();
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        processor.close();
        return seconds;
    }

    /** Starts the processor, and passes on what it says of its restore until it counts. */
    private ChildProcess startAndWatch() throws IOException, InterruptedException {
        long logged = Files.size(role.log());
        ChildProcess processor = role.start();
        long deadline = System.nanoTime() + RESTORE_MAX.toNanos();
        try (BufferedReader log = Files.newBufferedReader(role.log())) {
            log.skip(logged);
            while (!role.isReady()) {
                if (!processor.isAlive() || System.nanoTime() - deadline > 0) {
                    throw processor.failed("did not get ready");
                }
                log.lines().filter(line -> line.contains(": restored ")).forEach(this::passOn);
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        return processor;
    }

    private void passOn(String line) {
        progress.accept("  " + line.substring(line.indexOf(": restored ") + 2));
    }

    private double secondsOfReading() throws InterruptedException {
        List<String> changelogs;
        try (Admin admin = site.kafka().openAdmin()) {
            changelogs = admin.listTopics().names().get(30, TimeUnit.SECONDS).stream()
                    .filter(topic -> topic.endsWith("-changelog"))
                    .toList();
        } catch (ExecutionException | TimeoutException e) {
            throw new ResourceException("the broker does not name its topics", e);
        }
        long start = System.nanoTime();
        TopicScan.toEnd(site.kafka(), changelogs, record -> {});
        return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }

    private Path stateFolder() {
        return role.dataFolder().resolve("state");
    }

    private static long bytesIn(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
    }
}
