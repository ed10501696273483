package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The result of {@code bench answers}, for a program to read.
 *
 * @param questions what was asked while events came in
 * @param posted what came in
 * @param download of all events of a domain, with nothing coming in; nothing where none was wanted
 * @param counts what went in and what came out
 * @param loadBefore load average of the machine before anything was started
 */
record AnswersReport(
        AnswersPlan plan,
        Questions questions,
        Slice posted,
        Optional<Download.Seen> download,
        EndToEndReport.Counts counts,
        double loadBefore) {

    /** How many times the 99th percentile of a bare answer these may take. */
    static final double DOMAIN_GOAL = 3;

    static final double SERIES_GOAL = 20;

    /** A download that holds no more than this holds buffers, and not rows. */
    static final long GROWTH_BYTES_GOAL = 16L << 20;

    /**
     * Asked side by side.
     *
     * @param livez what answers without looking at anything
     * @param domain one domain's state
     * @param series 90 days of hours of one domain
     * @param bucketsOfSeries in each answer
     * @param bytesOfSeries length of such an answer
     */
    record Questions(Slice livez, Slice domain, Slice series, int bucketsOfSeries, long bytesOfSeries) {}

    Session.Result result() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("bench", "answers").put("verified", isVerified());
        ArrayNode runs = json.putArray("runs");
        runs.add(run("livez", questions.livez()).toJson());
        runs.add(compared(run("domain", questions.domain()), DOMAIN_GOAL));
        runs.add(compared(run("series", questions.series()), SERIES_GOAL)
                .put("buckets", questions.bucketsOfSeries())
                .put("bytes", questions.bytesOfSeries()));
        runs.add(ingest().toJson());
        download.ifPresent(seen -> json.set("download", json(seen)));
        json.putObject("counts")
                .put("answered", counts.answered())
                .put("unknown", counts.unknown())
                .put("eventRecords", counts.found().records())
                .put("distinctEvents", counts.found().distinct())
                .put("eventsInStates", counts.found().inStates());
        json.put("windowSeconds", plan.window().toSeconds())
                .put("warmUpSeconds", plan.warmUp().toSeconds())
                .put("asksPerSecond", plan.asksPerSecond())
                .put("domains", plan.domains())
                .put("bodyBytes", plan.bodyBytes())
                .put("upJvm", String.join(" ", plan.jvm()))
                .put("java", Runtime.version().toString())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("loadAverageBefore", loadBefore);
        return new Session.Result(json, isVerified());
    }

    private boolean isVerified() {
        boolean isWhole = download.map(seen -> isWhole(seen.answer()) && isWhole(seen.again()))
                .orElse(true);
        return counts.holds() && isWhole;
    }

    private boolean isWhole(Download.Answer answer) {
        return answer.isCsv() && answer.rows() == plan.events();
    }

    /** For a person who watches. */
    List<Run> runs() {
        return List.of(
                run("livez", questions.livez()),
                run("domain", questions.domain()),
                run("series", questions.series()),
                ingest());
    }

    private static Run run(String name, Slice slice) {
        return Run.of(name, "answers/s", List.of(slice)).connections(1);
    }

    private Run ingest() {
        return Run.of("ingest", "events/s", List.of(posted)).against(plan.rate());
    }

    private ObjectNode compared(Run run, double goal) {
        double ofLivez = p99(run.slices().get(0)) / Math.max(1e-3, p99(questions.livez()));
        long lost = run.slices().stream()
                .mapToLong(slice -> slice.refused() + slice.unanswered())
                .sum();
        return run.toJson()
                .put("p99OfLivez", Run.rounded(ofLivez, 2))
                .put("p99OfLivezGoal", goal)
                .put("goalHolds", ofLivez <= goal && lost == 0);
    }

    private static double p99(Slice slice) {
        return slice.p99Millis();
    }

    private ObjectNode json(Download.Seen seen) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("rows", seen.answer().rows())
                .put("rowsExpected", plan.events())
                .put("status", seen.answer().status())
                .put("contentType", seen.answer().contentType())
                .put("bytes", seen.answer().bytes())
                .put("seconds", Run.rounded(seen.answer().seconds(), 2))
                .put("megabytesPerSecond", Run.rounded(seen.answer().megabytesPerSecond(), 1))
                .put("heapUsedMostBytes", seen.usedMost())
                .put("heapLiveBeforeBytes", seen.liveBefore())
                .put("heapLiveMostBytes", seen.liveMost())
                .put("heapGrowthBytes", seen.growth())
                .put("heapGrowthBytesGoal", GROWTH_BYTES_GOAL)
                .put("goalHolds", isWhole(seen.again()) && seen.growth() <= GROWTH_BYTES_GOAL);
    }
}
