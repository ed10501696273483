package dev.mailtide.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Measures how long the API takes to answer while events come in at a steady rate, with everything in one JVM; each question
 * against {@code /livez}, which looks at nothing. Then, with nothing coming in, downloads all events of a domain as CSV and looks
 * at the heap meanwhile.
 */
final class AnswersBench {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RAMP = Duration.ofSeconds(3);
    private static final Duration DRAIN_MAX = Duration.ofMinutes(60);
    private static final Duration READ_MAX = Duration.ofMinutes(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration DAYS = Duration.ofDays(90);

    /** The oldest hour goes while it is measured. */
    private static final int HOURS = (int) DAYS.toHours() - 2;

    private static final int CONNECTIONS = 64;
    private static final long CHUNK = 100_000;
    private static final long SEED = 8;

    private final AnswersPlan plan;
    private final Site site;
    private final InstantSource clock;
    private final Consumer<String> progress;
    private final Traffic traffic;
    private final Traffic downloaded;
    private final Instant begin;
    private long next;
    private long answered;
    private long unknown;

    AnswersBench(AnswersPlan plan, Site site, InstantSource clock, Consumer<String> progress) {
        this.plan = plan;
        this.site = site;
        this.clock = clock;
        this.progress = progress;
        this.begin = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        this.traffic = new Traffic(new Traffic.Shape("clinic", plan.domains(), 2, plan.bodyBytes()), SEED);
        this.downloaded = new Traffic(new Traffic.Shape("download", 1, 2, plan.bodyBytes()), SEED + 1);
    }

    /** Starts everything, measures, and counts what came out. */
    AnswersReport measure(double loadBefore) throws IOException, InterruptedException {
        UpRole up = UpRole.start(site, plan.jvm());
        try (Way way = Way.of(up.kafka(), TOPICS.raw().name(), TOPICS.events().name());
                Backlog backlog = new Backlog(up.kafka(), TOPICS.raw(), progress)) {
            loadHistories(backlog);
            drain(way, up);
            if (!plan.warmUp().isZero()) {
                progress.accept("warming up, " + plan.warmUp().toSeconds() + " s");
                ask(up, plan.warmUp());
                drain(way, up);
            }
            progress.accept("asking while " + plan.rate() + " events a second come in, "
                    + plan.window().toSeconds() + " s");
            JsonNode series = json(up, seriesPath(0));
            List<Slice> slices = ask(up, plan.window());
            AnswersReport.Questions questions = new AnswersReport.Questions(
                    slices.get(0),
                    slices.get(1),
                    slices.get(2),
                    series.path("buckets").size(),
                    series.toString().length());
            drain(way, up);
            Optional<Download.Seen> download =
                    plan.events() == 0 ? Optional.empty() : Optional.of(download(up, way, backlog));
            progress.accept("counting what came out");
            CountedEvents.Found found = CountedEvents.read(up.kafka());
            EndToEndReport.Counts counts = new EndToEndReport.Counts(answered, unknown, found);
            AnswersReport report = new AnswersReport(plan, questions, slices.get(3), download, counts, loadBefore);
            report.runs().forEach(run -> progress.accept("  " + run));
            download.ifPresent(seen -> progress.accept("  " + seen));
            return report;
        }
    }

    /** An event in each hour of 90 days of some domains, and one event of every domain that is asked for. */
    private void loadHistories(Backlog backlog) {
        progress.accept("loading 90 days of " + plan.histories() + " domains");
        for (int number = 0; number < plan.histories(); number++) {
            backlog.write(
                    history(number),
                    new Backlog.Numbers(0, HOURS),
                    clock.instant(),
                    hour -> begin.minus(Duration.ofHours(HOURS - hour)));
            backlog.release();
            answered += HOURS;
        }
        backlog.write(traffic, new Backlog.Numbers(0, plan.domains()), clock.instant());
        backlog.release();
        next = plan.domains();
        answered += plan.domains();
    }

    private Traffic history(int number) {
        return new Traffic(new Traffic.Shape("history-" + number, 1, 1, plan.bodyBytes()), SEED + 2 + number);
    }

    private String seriesPath(int number) {
        return "/v1/domains/" + history(number).domain(0) + "/series?bucket=hour" + span();
    }

    private String span() {
        Instant to = begin.truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(1));
        return "&from=" + to.minus(DAYS) + "&to=" + to;
    }

    /** What was answered about {@code /livez}, a domain, a series, and what was posted meanwhile. */
    private List<Slice> ask(UpRole up, Duration length) throws IOException, InterruptedException {
        SplittableRandom chance = new SplittableRandom(SEED);
        SplittableRandom other = chance.split();
        List<String> histories = new ArrayList<>();
        for (int number = 0; number < plan.histories(); number++) {
            histories.add(seriesPath(number));
        }
        List<Supplier<String>> questions = List.of(
                () -> "/livez",
                () -> "/v1/domains/" + traffic.domainOf(chance.nextInt(plan.domains())),
                () -> histories.get(other.nextInt(plan.histories())));
        long now = System.nanoTime();
        long from = now + RAMP.toNanos();
        Asker.Window window = new Asker.Window(now, from, from + length.toNanos(), plan.asksPerSecond());
        ExecutorService threads = Executors.newFixedThreadPool(questions.size());
        try {
            List<Future<Slice>> asked = new ArrayList<>();
            for (Supplier<String> question : questions) {
                PlainClient client = new PlainClient(up.apiAddress(), up.token());
                asked.add(threads.submit(new Asker(client, question, window, SEED + asked.size())));
            }
            Slice posted = post(up, length);
            List<Slice> slices = new ArrayList<>();
            for (Future<Slice> one : asked) {
                slices.add(one.get());
            }
            slices.add(posted);
            return slices;
        } catch (ExecutionException e) {
            throw new ResourceException("no questions could be asked: " + e.getCause(), e);
        } finally {
            threads.shutdownNow();
        }
    }

    private Slice post(UpRole up, Duration length) throws IOException, InterruptedException {
        Load load = new Load(up.ingestAddress(), up.webhook().getPath(), CONNECTIONS, plan.rate(), RAMP, length);
        Slice slice = LoadClient.runFresh(load, () -> traffic.body(next++, clock.instant()), up.process()::cpu);
        answered += slice.acked();
        unknown += slice.refused() + slice.unanswered();
        return slice;
    }

    private void drain(Way way, UpRole up) throws InterruptedException {
        way.awaitDrained(new Progress("counted", answered, progress), answered, up.process(), DRAIN_MAX);
    }

    private Download.Seen download(UpRole up, Way way, Backlog backlog) throws IOException, InterruptedException {
        progress.accept("loading " + plan.events() + " events");
        long millis = DAYS.toMillis();
        for (long first = 0; first < plan.events(); first += CHUNK) {
            Backlog.Numbers numbers = new Backlog.Numbers(first, Math.min(CHUNK, plan.events() - first));
            backlog.write(
                    downloaded,
                    numbers,
                    clock.instant(),
                    number -> begin.minusMillis(millis - (long) ((double) number / plan.events() * millis)));
            backlog.release();
        }
        answered += plan.events();
        drain(way, up);
        awaitRead(up);
        progress.accept("downloading them");
        String path = "/v1/events?domain=" + downloaded.domain(0) + "&from=" + begin.minus(DAYS.plusDays(1)) + "&to="
                + begin.plus(Duration.ofDays(1));
        return new Download(up, path, plan.events(), progress).measure();
    }

    /** Counting and the read model follow the events by themselves. */
    private void awaitRead(UpRole up) throws IOException, InterruptedException {
        Instant loaded = clock.instant();
        long deadline = System.nanoTime() + READ_MAX.toNanos();
        String path = "/v1/events?limit=1&domain=" + downloaded.domain(0);
        JsonNode answer = json(up, path);
        while (!isRead(answer, loaded)) {
            if (System.nanoTime() - deadline > 0) {
                throw up.process().failed("has not read the events within " + READ_MAX.toMinutes() + " minutes");
            }
            progress.accept("  they stand in the read model up to "
                    + answer.path("asOf").asText("?"));
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
            answer = json(up, path);
        }
    }

    private static boolean isRead(JsonNode answer, Instant loaded) {
        String asOf = answer.path("asOf").asText("");
        return !asOf.isEmpty() && !answer.has("partial") && Instant.parse(asOf).isAfter(loaded);
    }

    private static JsonNode json(UpRole up, String path) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (PlainClient client = new PlainClient(up.apiAddress(), up.token())) {
            client.ask(path, "application/json", (bytes, from, to) -> body.write(bytes, from, to - from));
        }
        return JSON.readTree(body.toByteArray());
    }
}
