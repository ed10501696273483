package dev.mailtide.bench;

import dev.mailtide.common.run.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mailtide bench ingest}. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Posts to a real ingest on an embedded broker, each in a process of its own, and compares its rate with"
                    + " limit = 1/(1/a + 1/b): a is the same HTTP shell that only reads the body, b a bare producer on the"
                    + " same broker with the same bytes.",
            "",
            "Shows progress on stderr; the last line on stdout is one JSON object. Needs some GB of disk for a while. With"
                    + " the defaults it takes about five minutes; nothing else should run meanwhile."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:measured, and every 200 stands in the topic",
            "1:a count differs, or it was broken off",
            "2:an option is wrong",
            "3:something did not start"
        })
final class IngestBenchCommand implements Callable<Integer> {

    private static final int SECONDS_MAX = 120;
    private static final int CONNECTIONS_MAX = 2_000;
    private static final int ROUNDS_MAX = 9;
    private static final int BODY_BYTES_MAX = 500_000;
    private static final int RATE_MAX = 200_000;

    /** Over the last minute, before anything is started; more means that others want the processors, too. */
    private static final double BUSY_LOAD_AVERAGE = 0.5;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--connections",
            paramLabel = "N",
            split = ",",
            description = "connections of the closed loops, 1 to 2000 each (default: 64,256)")
    private List<Integer> connections = List.of(64, 256);

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "length of one measurement, 1 to 120 (default: ${DEFAULT-VALUE})")
    private int seconds = 5;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "how often each is measured; medians count, 1 to 9 (default: ${DEFAULT-VALUE})")
    private int rounds = 3;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description = "load on each process before the first round, 0 to 120 (default: ${DEFAULT-VALUE})")
    private int warmUpSeconds = 30;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "requests a second of the open loop, 0 for none, up to 200000 (default: ${DEFAULT-VALUE})")
    private int rate = 5_000;

    @Option(
            names = "--body-bytes",
            paramLabel = "N",
            description = "size of a body in Paubox's shape, 600 to 500000 (default: ${DEFAULT-VALUE})")
    private int bodyBytes = 1_024;

    @Option(
            names = "--ingest-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVMs, such as -Xmx128m (default: ${DEFAULT-VALUE})")
    private String ingestJvm = "-Xmx1g";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one more setting for ingest; can be repeated")
    private Map<String, String> settings = new TreeMap<>();

    @Option(
            names = "--spool",
            description = "also stop the broker, post, start it again, and measure accepting and draining")
    private boolean spool;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "disk to measure on; a folder is made there and deleted (default: the system's for temporary files)")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    IngestBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        requireSensibleOptions();
        PrintWriter err = spec.commandLine().getErr();
        Optional<Report> report = measure(err);
        PrintWriter out = spec.commandLine().getOut();
        // When all is cleaned up, so that this is the last line whoever watches both streams.
        report.ifPresent(figures -> out.println(figures.toJson()));
        out.flush();
        return report.filter(figures -> figures.counts().holds()).isPresent()
                ? ExitCode.DONE.code()
                : ExitCode.FAILED.code();
    }

    /** What was measured; nothing if it was broken off. */
    private Optional<Report> measure(PrintWriter err) throws IOException, InterruptedException {
        double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (loadBefore > BUSY_LOAD_AVERAGE) {
            tell(err, "this machine is busy (load average " + loadBefore + "): the figures will say little");
        }
        Interruption interruption = Interruption.ofThisThread();
        try (Stage stage = Stage.start(OneJar.running(), plan())) {
            return Optional.of(new IngestBench(plan(), stage, line -> tell(err, line)).measure(loadBefore));
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (interruption.happened()) {
                tell(err, "broken off");
                return Optional.empty();
            }
            throw e;
        } finally {
            interruption.over();
        }
    }

    private static void tell(PrintWriter err, String line) {
        err.println("bench ingest: " + line);
        err.flush();
    }

    private IngestPlan plan() {
        return new IngestPlan(
                connections,
                rounds,
                Duration.ofSeconds(warmUpSeconds),
                Duration.ofSeconds(seconds),
                bodyBytes,
                rate,
                spool ? IngestPlan.SpoolPath.MEASURED : IngestPlan.SpoolPath.LEFT_OUT,
                Arrays.stream(ingestJvm.trim().split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                settings,
                folder);
    }

    private void requireSensibleOptions() {
        List<String> problems = new ArrayList<>();
        connections.forEach(each -> requireBetween(new Range("--connections", 1, CONNECTIONS_MAX), each, problems));
        requireBetween(new Range("--seconds", 1, SECONDS_MAX), seconds, problems);
        requireBetween(new Range("--rounds", 1, ROUNDS_MAX), rounds, problems);
        requireBetween(new Range("--warm-up", 0, SECONDS_MAX), warmUpSeconds, problems);
        requireBetween(new Range("--rate", 0, RATE_MAX), rate, problems);
        requireBetween(new Range("--body-bytes", Bodies.BYTES_MIN, BODY_BYTES_MAX), bodyBytes, problems);
        if (!problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), problems));
        }
    }

    private record Range(String option, int least, int most) {}

    private static void requireBetween(Range range, int found, List<String> problems) {
        if (found < range.least || found > range.most) {
            problems.add(range.option + " must be between " + range.least + " and " + range.most + ", but is " + found);
        }
    }
}
