package dev.mailtide.bench;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
final class RestoreBenchCommand extends SiteCommand {

    private static final int MESSAGES_MAX = 10_000_000;
    private static final int EVENTS_PER_MESSAGE_MAX = 2;

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
            names = "--processor-jvm",
            paramLabel = "OPTIONS",
            description = "options of the measured JVM, such as -Xmx512m (default: ${DEFAULT-VALUE})")
    private String processorJvm = "-Xmx1g";

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "one more setting for processor; can be repeated")
    private Map<String, String> settings = new TreeMap<>();

    RestoreBenchCommand() {}

    @Override
    Session.Result measure(Site site, double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException {
        RestorePlan plan = new RestorePlan(
                messages, eventsPerMessage, bodyBytes(), Session.words(processorJvm), settings, folder());
        return new RestoreBench(plan, site, InstantSource.system(), progress)
                .measure(loadBefore)
                .result();
    }

    @Override
    void check(List<String> problems) {
        new Session.Range("--messages", 100, MESSAGES_MAX).check(messages, problems);
        new Session.Range("--events-per-message", 1, EVENTS_PER_MESSAGE_MAX).check(eventsPerMessage, problems);
        super.check(problems);
    }
}
