package dev.mailtide.bench;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailtide bench answers}. */
@Command(
        name = "answers",
        mixinStandardHelpOptions = true,
        description = {
            "Posts to a real `mailtide up`, everything in one JVM, at a steady rate, and measures how long the API takes meanwhile to"
                    + " answer for one domain and for 90 days of hours of one, each against /livez, which looks at nothing."
                    + " Latencies run from when a question was due.",
            "",
            "Then, with nothing coming in, loads events of one domain, downloads all of them as CSV, and looks at the heap"
                    + " meanwhile. Shows progress on stderr; the last line on stdout is one JSON object. With the defaults it"
                    + " takes a quarter of an hour and ten GB of disk; nothing else should run meanwhile."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:measured, every event answered 200 was counted once, and the download had every row",
            "1:a count differs, or it was broken off",
            "2:an option is wrong",
            "3:something did not start"
        })
final class AnswersBenchCommand extends SiteCommand {

    private static final int RATE_MAX = 50_000;
    private static final int ASKS_MAX = 500;
    private static final int SECONDS_MAX = 600;
    private static final int HISTORIES_MAX = 1_000;
    private static final int EVENTS_MAX = 20_000_000;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "events a second that come in meanwhile, 10 to 50000 (default: ${DEFAULT-VALUE})")
    private int rate = 2_000;

    @Option(
            names = "--asks",
            paramLabel = "N",
            description = "how often a second each question is asked, 1 to 500 (default: ${DEFAULT-VALUE})")
    private int asks = 10;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "how long to ask, 1 to 600 (default: ${DEFAULT-VALUE})")
    private int seconds = 60;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "the same before, not measured, 0 to 600 (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds = 60;

    @Option(
            names = "--domains",
            paramLabel = "N",
            description = "sender domains of what comes in, 1 to 1000000 (default: ${DEFAULT-VALUE})")
    private int domains = 1_000;

    @Option(
            names = "--histories",
            paramLabel = "N",
            description = "domains with 90 days of hours, an event in each, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int histories = 10;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "events to download, 0 to 20000000; 0 for no download (default: ${DEFAULT-VALUE})")
    private int events = 1_000_000;

    @Option(
            names = "--up-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVM, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String upJvm = "-Xmx1g";

    AnswersBenchCommand() {}

    @Override
    Session.Result measure(Site site, double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        AnswersPlan plan = new AnswersPlan(
                rate,
                asks,
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(seconds),
                domains,
                histories,
                events,
                bodyBytes(),
                Session.words(upJvm),
                folder());
        return new AnswersBench(plan, site, InstantSource.system(), progress)
                .measure(loadBefore)
                .result();
    }

    @Override
    void check(List<String> problems) {
        new Session.Range("--rate", 10, RATE_MAX).check(rate, problems);
        new Session.Range("--asks", 1, ASKS_MAX).check(asks, problems);
        new Session.Range("--seconds", 1, SECONDS_MAX).check(seconds, problems);
        new Session.Range("--warm-up", 0, SECONDS_MAX).check(warmUpSeconds, problems);
        new Session.Range("--domains", 1, DOMAINS_MAX).check(domains, problems);
        new Session.Range("--histories", 1, HISTORIES_MAX).check(histories, problems);
        new Session.Range("--events", 0, EVENTS_MAX).check(events, problems);
        super.check(problems);
    }
}
