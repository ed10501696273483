package dev.mailtide.app;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that is nothing without one of its own commands. */
abstract class CommandGroup implements Runnable {

    private final String harmless;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /** @param harmless the command to begin with, which changes nothing */
    CommandGroup(String harmless) {
        this.harmless = harmless;
    }

    @Override
    public final void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "Which command? " + harmless + " looks and changes nothing");
    }
}
