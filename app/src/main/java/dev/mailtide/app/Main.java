package dev.mailtide.app;

import dev.mailtide.app.demo.DemoCommand;
import dev.mailtide.bench.BenchCommand;
import dev.mailtide.common.run.ExitCode;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.settings.SettingsException;
import dev.mailtide.common.topic.TopicMismatch;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of {@code mailtide.jar}. */
@Command(
        name = "mailtide",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        description =
                "Takes e-mail event webhooks, keeps every body, and turns them into per-sender-domain state on Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            IngestCommand.class,
            ProcessorCommand.class,
            FanOutCommand.class,
            DemoCommand.class,
            SpoolCommand.class,
            DeadLettersCommand.class,
            BenchCommand.class,
            TopicsCommand.class,
            AcceptLossCommand.class,
            AclCommand.class,
            SendSampleCommand.class,
            ConfigCommand.class,
            HealthcheckCommand.class,
            VersionCommand.class
        },
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 settings or command line, 3 a resource is taken or cannot be reached.",
            "Settings: mailtide.yaml, overridden by MAILTIDE_… in the environment; 'mailtide config --list' shows them all."
        })
public final class Main implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandLine.Model.CommandSpec spec;

    Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        Foreground.exit(code);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, command, parsed) -> explain(failure, command.getErr()));
    }

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which command? For a first try: ./mailtide up");
    }

    /** What a person reads when a command fails: one line for each thing to do, and no stack trace. */
    private static int explain(Exception failure, PrintWriter err) {
        if (failure instanceof SettingsException settings) {
            return explain("settings", settings.problems(), ExitCode.SETTINGS, err);
        }
        if (failure instanceof TopicMismatch mismatch) {
            return explain("topics", mismatch.differences(), ExitCode.SETTINGS, err);
        }
        if (failure instanceof ResourceException resource) {
            LOG.debug("the failure in full", resource);
            return explain("", List.of(String.valueOf(resource.getMessage())), ExitCode.RESOURCE, err);
        }
        LOG.error("this should not have happened", failure);
        return ExitCode.FAILED.code();
    }

    private static int explain(String what, List<String> lines, ExitCode code, PrintWriter err) {
        if (lines.size() > 1) {
            err.println("mailtide: " + lines.size() + " problems with the " + what + ":");
        }
        lines.forEach(line -> err.println((lines.size() > 1 ? "  " : "mailtide: ") + line));
        err.flush();
        return code.code();
    }
}
