package dev.mailtide.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
final class IngestBenchCommand extends MeasuringCommand {

    private static final int SECONDS_MAX = 120;
    private static final int CONNECTIONS_MAX = 2_000;
    private static final int ROUNDS_MAX = 9;
    private static final int BODY_BYTES_MAX = 500_000;
    private static final int RATE_MAX = 200_000;

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

    IngestBenchCommand() {}

    @Override
    Session.Result measure(double loadBefore, Consumer<String> progress) throws IOException, InterruptedException {
        Report report;
        try (Stage stage = Stage.start(OneJar.running(), plan())) {
            report = new IngestBench(plan(), stage, progress).measure(loadBefore);
        }
        return new Session.Result(report.toJson(), report.counts().holds());
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
                Session.words(ingestJvm),
                settings,
                folder());
    }

    @Override
    void check(List<String> problems) {
        connections.forEach(each -> new Session.Range("--connections", 1, CONNECTIONS_MAX).check(each, problems));
        new Session.Range("--seconds", 1, SECONDS_MAX).check(seconds, problems);
        new Session.Range("--rounds", 1, ROUNDS_MAX).check(rounds, problems);
        new Session.Range("--warm-up", 0, SECONDS_MAX).check(warmUpSeconds, problems);
        new Session.Range("--rate", 0, RATE_MAX).check(rate, problems);
        new Session.Range("--body-bytes", Bodies.BYTES_MIN, BODY_BYTES_MAX).check(bodyBytes, problems);
    }
}
