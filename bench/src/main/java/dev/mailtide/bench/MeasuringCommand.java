package dev.mailtide.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A {@code bench} command: checks its options, all at once, and measures within a {@link Session}. */
abstract class MeasuringCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "disk to measure on; a folder is made there and deleted (default: the system's for temporary files)")
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));

    @Override
    public final Integer call() throws IOException, InterruptedException {
        Session session = new Session(spec);
        List<String> problems = new ArrayList<>();
        check(problems);
        session.require(problems);
        return session.run(this::measure);
    }

    /** Where the folder of a measurement is made. */
    final Path folder() {
        return folder;
    }

    /** Adds what is wrong with the options, a line each. */
    abstract void check(List<String> problems);

    /** Measures, as {@link Session.Work} says. */
    abstract Session.Result measure(double loadBefore, Consumer<String> progress)
            throws IOException, InterruptedException;
}
