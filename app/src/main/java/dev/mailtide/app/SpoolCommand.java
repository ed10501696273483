package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.SegmentReport;
import dev.mailtide.ingest.spool.SpoolFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
        subcommands = {SpoolCommand.Inspect.class, SpoolCommand.Verify.class, SpoolCommand.Salvage.class},
        footer = {"", "No command prints content, and none changes DIR."})
final class SpoolCommand implements Runnable {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    SpoolCommand() {}

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which command? inspect looks and changes nothing");
    }

    /** {@code mailtide spool inspect}. */
    @Command(
            name = "inspect",
            mixinStandardHelpOptions = true,
            description = "Lists the segments: frames, bytes, when the oldest and newest were received, sick parts.",
            footer = "Works while ingest uses the folder; the end of its newest segment may then look torn.")
    static final class Inspect implements Callable<Integer> {

        @Parameters(paramLabel = "DIR", description = "The folder (spool.dir).")
        private Path folder = Path.of("");

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        Inspect() {}

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            SpoolFiles files = new SpoolFiles(folder, new DiskIo());
            List<SegmentReport> reports = files.inspect();
            Optional<String> user = files.user();
            user.ifPresent(pid -> out.println("In use by process " + pid + ", which drains it by itself."));
            print(reports, out);
            out.println(user.isPresent() ? "Next: wait, or look at the process" : next(reports, folder));
            return ExitCode.DONE.code();
        }
    }

    /** {@code mailtide spool verify}. */
    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Checks the CRC of every frame; exit code 1 if anything is bad.",
            footer = "Refuses a folder that a process uses: what is being written cannot be judged.")
    static final class Verify implements Callable<Integer> {

        @Parameters(paramLabel = "DIR", description = "The folder (spool.dir).")
        private Path folder = Path.of("");

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        Verify() {}

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            List<SegmentReport> reports = new SpoolFiles(folder, new DiskIo()).verify();
            List<SegmentReport> sick =
                    reports.stream().filter(SegmentReport::isSick).toList();
            print(sick, out);
            out.println(
                    sick.isEmpty()
                            ? "Every frame is good."
                            : "Bad: " + sick.size() + " of " + reports.size() + " segments.");
            out.println(next(reports, folder));
            return sick.isEmpty() ? ExitCode.DONE.code() : ExitCode.FAILED.code();
        }
    }

    /** {@code mailtide spool salvage}. */
    @Command(
            name = "salvage",
            mixinStandardHelpOptions = true,
            description = "Copies every good frame of sick segments and of aside/ to a new spool folder.",
            footer = "Refuses a folder that a process uses. Repetitions are harmless: a frame keeps its receipt id.")
    static final class Salvage implements Callable<Integer> {

        @Parameters(paramLabel = "DIR", description = "The folder (spool.dir).")
        private Path folder = Path.of("");

        @Option(names = "--to", required = true, paramLabel = "DIR2", description = "A folder that has no spool yet.")
        private Path target = Path.of("");

        @Spec
        @SuppressWarnings("NullAway.Init") // Set by picocli.
        private CommandSpec spec;

        Salvage() {}

        @Override
        public Integer call() {
            SpoolFiles.Salvaged salvaged = new SpoolFiles(folder, new DiskIo()).salvage(SpoolFiles.unlimited(target));
            PrintWriter out = spec.commandLine().getOut();
            out.printf(
                    "Copied %d frames of %d sick segments and %d segments of aside/; %d bytes are no frame and stay behind.%n",
                    salvaged.frames(), salvaged.sickSegments(), salvaged.asideSegments(), salvaged.badBytes());
            out.println("Next: mailtide spool drain " + target + "; keep " + folder + " until that is done");
            return ExitCode.DONE.code();
        }
    }

    private static void print(List<SegmentReport> reports, PrintWriter out) {
        for (SegmentReport report : reports) {
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
        long frames = reports.stream().mapToLong(SegmentReport::frames).sum();
        long bytes = reports.stream().mapToLong(SegmentReport::bytes).sum();
        out.println(reports.size() + " segments, " + frames + " frames, " + bytes + " bytes");
    }

    private static String text(Optional<Instant> time) {
        return time.map(Instant::toString).orElse("-");
    }

    private static String next(List<SegmentReport> reports, Path folder) {
        boolean rescue = reports.stream()
                .anyMatch(report -> report.isSick() || report.file().startsWith("aside"));
        if (rescue) {
            return "Next: mailtide spool salvage " + folder + " --to DIR2";
        }
        return reports.isEmpty() ? "Next: nothing, it is empty" : "Next: mailtide spool drain " + folder;
    }
}
