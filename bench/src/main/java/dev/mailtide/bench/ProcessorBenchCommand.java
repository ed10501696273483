package dev.mailtide.bench;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mailtide bench processor}. */
@Command(
        name = "processor",
        mixinStandardHelpOptions = true,
        description = {
            "Lays backlogs before a real processor, on an embedded broker in a process of its own, and compares how fast they"
                    + " are drained (counted, published and fanned out) with a bare consumer that only parses the same bodies.",
            "",
            "uniform: the bodies come from many sender domains; hot-domain: all from one. Shows progress on stderr; the last"
                    + " line on stdout is one JSON object. Needs some GB of disk for a while. With the defaults it takes about"
                    + " four minutes; nothing else should run meanwhile."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:measured, and every event was published once and counted once",
            "1:a count differs, or it was broken off",
            "2:an option is wrong",
            "3:something did not start"
        })
final class ProcessorBenchCommand extends SiteCommand {

    private static final int EVENTS_MAX = 5_000_000;
    private static final int ROUNDS_MAX = 9;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "bodies in each backlog, 100 to 5000000 (default: ${DEFAULT-VALUE})")
    private int events = 100_000;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "how often each is measured, after a round to warm up; medians count, 1 to 9 (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--domains",
            paramLabel = "N",
            description = "sender domains of uniform, 1 to 1000000 (default: ${DEFAULT-VALUE})")
    private int domains = 10_000;

    @Option(
            names = "--processor-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVMs, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String processorJvm = "-Xmx1g";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one more setting for processor; can be repeated")
    private Map<String, String> settings = new TreeMap<>();

    ProcessorBenchCommand() {}

    @Override
    Session.Result measure(Site site, double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        ProcessorPlan plan = new ProcessorPlan(
                events, rounds, domains, bodyBytes(), Session.words(processorJvm), settings, folder());
        return new ProcessorBench(plan, site, InstantSource.system(), progress)
                .measure(loadBefore)
                .result();
    }

    @Override
    void check(List<String> problems) {
        new Session.Range("--events", 100, EVENTS_MAX).check(events, problems);
        new Session.Range("--rounds", 1, ROUNDS_MAX).check(rounds, problems);
        new Session.Range("--domains", 1, DOMAINS_MAX).check(domains, problems);
        super.check(problems);
    }
}
