package dev.mailtide.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailtide bench end-to-end}. */
@Command(
        name = "end-to-end",
        mixinStandardHelpOptions = true,
        description = {
            "Posts to a real `mailtide up`, everything in one JVM, at steady rates, and measures how long it takes until the API"
                    + " has counted an event. Latencies run from when a post was due.",
            "",
            "The rates come one after the other; goalHoldsAtPerSecond is the highest with a 99th percentile under one second."
                    + " Shows progress on stderr; the last line on stdout is one JSON object. Needs some GB of disk for a"
                    + " while. With the defaults it takes about three minutes; nothing else should run meanwhile."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:measured, and every event answered 200 was counted once",
            "1:a count differs, or it was broken off",
            "2:an option is wrong",
            "3:something did not start"
        })
final class EndToEndBenchCommand extends SiteCommand {

    private static final int RATE_MAX = 50_000;
    private static final int SECONDS_MAX = 600;

    @Option(
            names = "--rates",
            paramLabel = "N",
            split = ",",
            description = "events a second, 10 to 50000 each (default: 1000,2000,3000,5000)")
    private List<Integer> rates = List.of(1_000, 2_000, 3_000, 5_000);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "length of each step, 1 to 600 (default: ${DEFAULT-VALUE})")
    private int seconds = 20;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "load at the first rate before the first step, 0 to 600 (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds = 30;

    @Option(
            names = "--domains",
            paramLabel = "N",
            description = "sender domains, 1 to 1000000 (default: ${DEFAULT-VALUE})")
    private int domains = 200;

    @Option(
            names = "--up-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVM, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String upJvm = "-Xmx1g";

    EndToEndBenchCommand() {}

    @Override
    Session.Result measure(Site site, double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        EndToEndPlan plan = new EndToEndPlan(
                rates,
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(seconds),
                domains,
                bodyBytes(),
                Session.words(upJvm),
                folder());
        return new EndToEndBench(plan, site, InstantSource.system(), progress)
                .measure(loadBefore)
                .result();
    }

    @Override
    void check(List<String> problems) {
        rates.forEach(each -> new Session.Range("--rates", 10, RATE_MAX).check(each, problems));
        new Session.Range("--seconds", 1, SECONDS_MAX).check(seconds, problems);
        new Session.Range("--warm-up", 0, SECONDS_MAX).check(warmUpSeconds, problems);
        new Session.Range("--domains", 1, DOMAINS_MAX).check(domains, problems);
        super.check(problems);
    }
}
