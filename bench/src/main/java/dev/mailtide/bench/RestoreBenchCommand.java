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

/** {@code mailtide bench restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Loads messages into a real processor, stops it, deletes its state, and measures how much longer it takes to start"
                    + " than with its state: seconds for a million messages in the ledger.",
            "",
            "The limit is a bare consumer that reads the changelogs. Shows progress on stderr; the last line on stdout is one"
                    + " JSON object. Needs some GB of disk for a while. With the defaults it takes about a minute; nothing"
                    + " else should run meanwhile."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:measured, and the restored processor knew every message again",
            "1:a count differs, or it was broken off",
            "2:an option is wrong",
            "3:something did not start"
        })
final class RestoreBenchCommand implements Callable<Integer> {

    private static final int MESSAGES_MAX = 10_000_000;
    private static final int EVENTS_PER_MESSAGE_MAX = 2;
    private static final int BODY_BYTES_MAX = 50_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--messages",
            paramLabel = "N",
            description = "messages in the ledger, 100 to 10000000 (default: ${DEFAULT-VALUE})")
    private int messages = 200_000;

    @Option(
            names = "--events-per-message",
            paramLabel = "N",
            description = "1 for deliveries alone, 2 for an open after each (default: ${DEFAULT-VALUE})")
    private int eventsPerMessage = 1;

    @Option(
            names = "--body-bytes",
            paramLabel = "N",
            description = "size of a body in Paubox's shape, 600 to 50000 (default: ${DEFAULT-VALUE})")
    private int bodyBytes = 1_024;

    @Option(
            names = "--processor-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVM, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String processorJvm = "-Xmx1g";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one more setting for processor; can be repeated")
    private Map<String, String> settings = new TreeMap<>();

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "disk to measure on; a folder is made there and deleted (default: the system's for temporary files)")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    RestoreBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Session session = new Session(spec);
        session.require(problems());
        return session.run(this::measure);
    }

    private Session.Result measure(double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        RestorePlan plan =
                new RestorePlan(messages, eventsPerMessage, bodyBytes, Session.words(processorJvm), settings, folder);
        try (Site site = Site.open(OneJar.running(), folder)) {
            return new RestoreBench(plan, site, InstantSource.system(), progress)
                    .measure(loadBefore)
                    .result();
        }
    }

    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        new Session.Range("--messages", 100, MESSAGES_MAX).check(messages, problems);
        new Session.Range("--events-per-message", 1, EVENTS_PER_MESSAGE_MAX).check(eventsPerMessage, problems);
        new Session.Range("--body-bytes", Traffic.BODY_BYTES_MIN, BODY_BYTES_MAX).check(bodyBytes, problems);
        return problems;
    }
}
