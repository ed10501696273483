package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.ingest.SpoolDrain;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.SegmentReport;
import dev.mailtide.ingest.spool.SpoolFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mailtide spool}. */
@Command(
        name = "spool",
        mixinStandardHelpOptions = true,
        description = "Looks into a folder of bodies that Kafka has not taken yet, and rescues what can be rescued.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            SpoolCommand.Inspect.class,
            SpoolCommand.Verify.class,
            SpoolCommand.Salvage.class,
            SpoolCommand.Drain.class
        },
        footer = {"", "No command prints content, and only drain changes DIR."})
final class SpoolCommand extends CommandGroup {

    SpoolCommand() {
        super("inspect");
    }

    /** What every command needs. */
    private abstract static class OnFolder implements Callable<Integer> {

        @Parameters(paramLabel = "DIR", description = "The folder (spool.dir).")
        private Path folder = Path.of("");

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        final Path folder() {
            return folder;
        }

        final PrintWriter out() {
            return spec.commandLine().getOut();
        }
    }

    /** {@code mailtide spool inspect}. */
    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = "Lists the segments: frames, bytes, when the oldest and newest were received, sick parts.",
            footer = "Works while ingest uses the folder; the end of its newest segment may then look torn.")
    static final class Inspect extends OnFolder {

        Inspect() {}

        @Override
        public Integer call() {
            PrintWriter out = out();
            SpoolFiles files = new SpoolFiles(folder(), new DiskIo());
            List<SegmentReport> reports = files.inspect();
            Optional<String> user = files.user();
            user.ifPresent(pid -> out.println("In use by process " + pid + ", which drains it by itself."));
            reports.forEach(report -> print(report, out));
            printSum(reports, out);
            List<String> noSegments = files.noSegments();
            warnOf(noSegments, out);
            out.println(user.isPresent() ? "Next: wait, or look at the process" : next(reports, noSegments, folder()));
            return ExitCode.DONE.code();
        }
    }

    /** {@code mailtide spool verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Checks the CRC of every frame; exit code 1 if anything is bad or cannot be read.",
            footer = "Refuses a folder that a process uses: what is being written cannot be judged.")
    static final class Verify extends OnFolder {

        Verify() {}

        @Override
        public Integer call() {
            PrintWriter out = out();
            SpoolFiles files = new SpoolFiles(folder(), new DiskIo());
            List<SegmentReport> reports = files.verify();
            List<String> noSegments = files.noSegments();
            List<SegmentReport> sick =
                    reports.stream().filter(SegmentReport::isSick).toList();
            sick.forEach(report -> print(report, out));
            printSum(reports, out);
            out.println(verdict(sick.size(), reports.size()));
            warnOf(noSegments, out);
            out.println(next(reports, noSegments, folder()));
            return sick.isEmpty() && noSegments.isEmpty() ? ExitCode.DONE.code() : ExitCode.FAILED.code();
        }

        private static String verdict(int sick, int all) {
            if (all == 0) {
                return "There was nothing to check.";
            }
            return sick == 0 ? "Every frame is good." : "Bad: " + sick + " of " + all + " segments.";
        }
    }

    /** {@code mailtide spool salvage}. */
    @Command(
            name = "salvage",
            mixinStandardHelpOptions = true,
            description = "Copies every good frame that Kafka may not have, also under aside/, to a new spool folder.",
            footer = "Refuses a folder that a process uses. Repetitions are harmless: a frame keeps its receipt id.")
    static final class Salvage extends OnFolder {

        @Option(names = "--to", required = true, paramLabel = "DIR2", description = "A folder that has no spool yet.")
        private Path target = Path.of("");

        Salvage() {}

        @Override
        public Integer call() {
            SpoolFiles files = new SpoolFiles(folder(), new DiskIo());
            SpoolFiles.Salvaged salvaged = files.salvage(SpoolFiles.unlimited(target));
            PrintWriter out = out();
            out.printf(
                    "Copied %d frames of %d segments (%d of them sick) and %d segments of aside/; %d bytes are no frame or cannot be read, and stay behind.%n",
                    salvaged.frames(),
                    salvaged.segments(),
                    salvaged.sickSegments(),
                    salvaged.asideSegments(),
                    salvaged.badBytes());
            warnOf(files.noSegments(), out);
            out.println(
                    salvaged.frames() == 0
                            ? "Next: nothing; no body can be read in " + folder()
                            : "Next: mailtide spool drain " + target + "; keep " + folder() + " until that is done");
            return ExitCode.DONE.code();
        }
    }

    /** {@code mailtide spool drain}. */
    @Command(
            name = "drain",
            mixinStandardHelpOptions = true,
            description =
                    "Publishes every body of the folder to Kafka's raw topic, and deletes the segments behind itself.",
            footer = {
                "Reads kafka.… and topics.… from the settings. Refuses a folder that a process uses. While Kafka does not answer,",
                "it waits; a line every ten seconds says how it goes. Broken off, it can begin again: a repetition keeps its",
                "receipt id and is counted once."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:Kafka has every body, and no segment is left",
                "1:something is kept: refused by Kafka, not readable, or not to be deleted",
                "2:a setting is wrong",
                "3:there is no spool, it is in use, or Kafka cannot be reached"
            })
    static final class Drain extends OnFolder {

        @Mixin
        private ConfigOption config = new ConfigOption();

        Drain() {}

        @Override
        public Integer call() throws InterruptedException {
            SettingsReader reader = config.reader();
            KafkaAccess kafka = KafkaAccess.read(reader);
            Topics topics = TopicSettings.read(reader);
            IngestSettings.ignore(reader);
            Roles.finish(Roles.Role.INGEST, reader);
            try (SpoolDrain drain = new SpoolDrain(folder(), kafka, topics, clock())) {
                Runtime.getRuntime().addShutdownHook(new Thread(drain::close, "stop"));
                SpoolDrain.Drained drained = drain.await();
                SpoolFiles files = new SpoolFiles(folder(), new DiskIo());
                Rest rest = new Rest(drained.left(), files.setAside(), files.noSegments());
                return tell(drained.drained(), rest, folder(), out()).code();
            }
        }

        /** What the drain could not bring to Kafka, or away. */
        record Rest(SpoolFiles.Left left, SpoolFiles.SetAside setAside, List<String> noSegments) {

            boolean isNothing() {
                return left.isNothing() && noSegments.isEmpty();
            }

            /** Whether there is nothing in it that a further command could bring to Kafka. */
            boolean isRubbish() {
                return left.inPlace() == 0 && noSegments.isEmpty() && setAside.frames() == 0;
            }
        }

        /** Says how it went, and what to do next. */
        static ExitCode tell(long drained, Rest rest, Path folder, PrintWriter out) {
            SpoolFiles.Left left = rest.left();
            if (drained == 0 && rest.isNothing()) {
                out.println("There was nothing to drain in " + folder + ".");
                out.println("Next: nothing, if this is the folder you meant");
                return ExitCode.DONE;
            }
            out.printf("Drained %d bodies; Kafka has them.%n", drained);
            if (rest.isNothing()) {
                out.println("Next: nothing; the folder can be used again or deleted");
                return ExitCode.DONE;
            }
            if (rest.isRubbish()) {
                out.printf(
                        "%d segments are kept under %s: no body can be read in them, only %d bytes that are no frame.%n",
                        left.aside(), folder.resolve("aside"), rest.setAside().badBytes());
                out.println("Next: nothing; every body that can be read is on Kafka, and " + folder
                        + " may be deleted, unless somebody is to look at those bytes");
                return ExitCode.FAILED;
            }
            warnOf(rest.noSegments(), out);
            if (left.aside() > 0) {
                out.println(left.aside() + " segments are kept under " + folder.resolve("aside")
                        + ": what Kafka refused for good, or what could not be read; the log has the reasons.");
                out.println("Next: mailtide spool salvage " + folder + " --to DIR2; keep " + folder);
            }
            if (left.inPlace() > 0) {
                out.println(left.inPlace()
                        + " segments could not be moved or deleted, and may hold what Kafka does not have;"
                        + " the log has the reasons.");
                out.println("Next: see that files in " + folder + " can be renamed, then mailtide spool drain " + folder
                        + " again; keep " + folder);
            }
            return ExitCode.FAILED;
        }
    }

    private static InstantSource clock() {
        return InstantSource.system();
    }

    private static void print(SegmentReport report, PrintWriter out) {
        out.printf(
                "%s  %d bytes, %d frames, received %s to %s%s%s%n",
                report.file(),
                report.bytes(),
                report.frames(),
                text(report.oldest()),
                text(report.newest()),
                report.isSick() ? ", SICK: " + report.badParts() + " parts, " + report.badBytes() + " bytes" : "",
                report.setAsideBytes() > 0 ? ", " + report.setAsideBytes() + " bytes that were no frame" : "");
    }

    private static void warnOf(List<String> noSegments, PrintWriter out) {
        if (!noSegments.isEmpty()) {
            out.println("Left alone, since links and folders are no segments: " + String.join(", ", noSegments)
                    + "; bodies may stand where they lead: drain them there, then move these away.");
        }
    }

    private static void printSum(List<SegmentReport> reports, PrintWriter out) {
        long frames = reports.stream().mapToLong(SegmentReport::frames).sum();
        long bytes = reports.stream().mapToLong(SegmentReport::bytes).sum();
        out.println(reports.size() + " segments, " + frames + " frames, " + bytes + " bytes");
    }

    private static String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("-");
    }

    private static String next(List<SegmentReport> reports, List<String> noSegments, Path folder) {
        boolean rescue = reports.stream()
                .anyMatch(report -> report.isSick() || report.file().startsWith("aside"));
        if (rescue) {
            return "Next: mailtide spool salvage " + folder + " --to DIR2";
        }
        return reports.isEmpty()
                ? "Next: nothing, " + (noSegments.isEmpty() ? "it is empty" : "no segment is in it")
                : "Next: mailtide spool drain " + folder;
    }
}
