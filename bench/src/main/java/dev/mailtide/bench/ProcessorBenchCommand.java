package dev.mailtide.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
final class ProcessorBenchCommand implements Callable<Integer> {

    private static final int EVENTS_MAX = 5_000_000;
    private static final int ROUNDS_MAX = 9;
    private static final int DOMAINS_MAX = 1_000_000;
    private static final int BODY_BYTES_MAX = 50_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

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
            names = "--body-bytes",
            paramLabel = "N",
            description = "size of a body in Paubox's shape, 600 to 50000 (default: ${DEFAULT-VALUE})")
    private int bodyBytes = 1_024;

    @Option(
            names = "--processor-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVMs, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String processorJvm = "-Xmx1g";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one more setting for processor; can be repeated")
    private Map<String, String> settings = new TreeMap<>();

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "disk to measure on; a folder is made there and deleted (default: the system's for temporary files)")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    ProcessorBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Session session = new Session(spec);
        session.require(problems());
        return session.run(this::measure);
    }

    private Session.Result measure(double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        ProcessorPlan plan =
                new ProcessorPlan(events, rounds, domains, bodyBytes, Session.words(processorJvm), settings, folder);
        try (Site site = Site.open(OneJar.running(), folder)) {
            return new ProcessorBench(plan, site, InstantSource.system(), progress)
                    .measure(loadBefore)
                    .result();
        }
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        new Session.Range("--events", 100, EVENTS_MAX).check(events, problems);
        new Session.Range("--rounds", 1, ROUNDS_MAX).check(rounds, problems);
        new Session.Range("--domains", 1, DOMAINS_MAX).check(domains, problems);
        new Session.Range("--body-bytes", Traffic.BODY_BYTES_MIN, BODY_BYTES_MAX).check(bodyBytes, problems);
        return problems;
    }
}
