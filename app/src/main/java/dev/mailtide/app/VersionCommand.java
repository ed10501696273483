package dev.mailtide.app;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mailtide version}. */
@Command(name = "version", mixinStandardHelpOptions = true, description = "Says which version this is.")
final class VersionCommand implements Callable<Integer>, CommandLine.IVersionProvider {

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    VersionCommand() {}

    @Override
    public Integer call() {
        spec.commandLine().getOut().println(getVersion()[0]);
        return 0;
    }

    @Override
    public String[] getVersion() {
        String version = Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
        return new String[] {"mailtide " + version + " on Java " + System.getProperty("java.version")};
    }
}
