package dev.mailtide.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Spec;

/** {@code mailtide bench}: measures a role of the jar against what the same machine can do at best. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures a role on this machine, against what this machine can do at best.",
        synopsisSubcommandLabel = "ROLE",
        subcommands = {
            IngestBenchCommand.class,
            ProcessorBenchCommand.class,
            EndToEndBenchCommand.class,
            AnswersBenchCommand.class,
            RestoreBenchCommand.class
        })
public final class BenchCommand implements Runnable {

    @Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    /** Made by picocli. */
    public BenchCommand() {}

    /** Without a role there is nothing to measure. */
    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "What? One of: " + String.join(", ", spec.subcommands().keySet()) + ".");
    }
}
