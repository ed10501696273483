package dev.mailtide.app.demo;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code mailtide demo}: posts made-up Paubox events to a running {@code mailtide up} and checks that every number the
 * query API then answers is the right one. Ends with 0 when all are equal, 1 when not, 2 on a wrong option or
 * certificate, and 3 when nothing is running.
 */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Posts realistic Paubox events to a running `mailtide up`, then compares every number the API answers with"
                    + " what the posted stories mean.",
            "",
            "Paubox itself never posts an event twice: what is not answered is lost to it. The demo posts again"
                    + " whatever got no answer, or 503 or 429, so that the fate of every event is known and the numbers"
                    + " can be compared exactly. Run one demo at a time against one product."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all numbers equal, all unreadable bodies in the dead letters",
            "1:a number differs, a dead letter is missing, or posting had to stop",
            "2:an option is wrong, or up.json names a certificate that cannot be read",
            "3:no `mailtide up` is running"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int EVENTS_MAX = 2_000_000;
    private static final int CONNECTIONS_MAX = 1_000;
    private static final int RATE_MAX = 1_000_000;
    private static final int PATIENCE_SECONDS_MIN = 5;
    private static final int PATIENCE_SECONDS_MAX = 86_400;
    private static final int SEEDS = 1_000_000_000;

    private final InstantSource time = InstantSource.system();
    private final SecureRandom chance = new SecureRandom();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "data folder of `mailtide up` (default: ${DEFAULT-VALUE})")
    private Path data = Path.of("data");

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "about how many posts, 1 to 2000000 (default: ${DEFAULT-VALUE})")
    private int events = 20_000;

    @Option(names = "--seed", paramLabel = "N", description = "tells the same stories again (default: random, printed)")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--connections",
            paramLabel = "N",
            description = "posts on their way at a time, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int connections = 64;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "posts per second, 0 for as fast as they are answered (default: ${DEFAULT-VALUE})")
    private int rate = 0;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description =
                    "how long to post again while nothing is answered 200, 5 to 86400 (default: ${DEFAULT-VALUE})")
    private int patienceSeconds = 120;

    /** Made by picocli. */
    public DemoCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        requireSensibleOptions();
        silenceKafkaClient();
        PrintWriter err = spec.commandLine().getErr();
        try {
            return demo(err);
        } catch (Stop stop) {
            err.println();
            err.println("mailtide demo: " + stop.line());
            err.flush();
            return stop.exitCode();
        }
    }

    private int demo(PrintWriter err) throws Stop, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Installation up = Installation.in(data);
        long seedUsed = seed.orElseGet(() -> (long) chance.nextInt(SEEDS));
        String runId = runId();
        Traffic traffic = new Storyteller(runId, seedUsed, time.instant()).tell(events);
        out.printf(
                Locale.ROOT,
                "Run %s, --seed %d: %,d posts for %d sender domains%n",
                runId,
                seedUsed,
                traffic.posts().size(),
                traffic.byDomain().size());
        out.flush();
        Poster.Limits limits = new Poster.Limits(connections, rate, Duration.ofSeconds(patienceSeconds));
        return new Demo(up, time, limits, out).run(traffic, new Progress(err, style(), time));
    }

    /** The moment keeps runs apart, and chance two that begin in the same one. */
    private String runId() {
        String moment = Long.toString(time.millis(), Character.MAX_RADIX);
        return moment + Integer.toString(chance.nextInt(Short.MAX_VALUE), Character.MAX_RADIX);
    }

    /** Since JDK 22 there is a console even without a terminal; picocli knows how to tell. */
    private static Progress.Style style() {
        return Ansi.AUTO.enabled() ? Progress.Style.IN_PLACE : Progress.Style.LINE_BY_LINE;
    }

    private void requireSensibleOptions() {
        List<String> problems = new ArrayList<>();
        requireBetween(new Range("--events", 1, EVENTS_MAX), events, problems);
        requireBetween(new Range("--connections", 1, CONNECTIONS_MAX), connections, problems);
        requireBetween(new Range("--rate", 0, RATE_MAX), rate, problems);
        requireBetween(new Range("--patience", PATIENCE_SECONDS_MIN, PATIENCE_SECONDS_MAX), patienceSeconds, problems);
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

    /** Its settings and every lost connection would run across the progress line; errors still show. */
    private static void silenceKafkaClient() {
        String key = "org.slf4j.simpleLogger.log.org.apache.kafka";
        if (System.getProperty(key) == null) {
            System.setProperty(key, "error");
        }
    }
}
