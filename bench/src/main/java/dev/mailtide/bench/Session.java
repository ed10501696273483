package dev.mailtide.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.run.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What every {@code bench} command does around measuring: it says when the machine is busy, shows progress on stderr, is broken
 * off in order, prints the result as the last line of stdout, and finds the exit code.
 */
final class Session {

    /** Over the last minute, before anything is started; more means that others want the processors, too. */
    private static final double BUSY_LOAD_AVERAGE = 0.5;

    private final CommandSpec spec;

    Session(CommandSpec spec) {
        this.spec = spec;
    }

    /** What to measure. It leaves nothing running, whatever happens. */
    @FunctionalInterface
    interface Work {

        /**
         * Measures.
         *
         * @param loadBefore load average of the machine before anything was started
         * @param progress is told a line for a person now and then
         */
        Result measure(double loadBefore, Consumer<String> progress) throws IOException, InterruptedException;
    }

    /**
     * What was measured.
     *
     * @param json for a program to read
     * @param isVerified whether the counts agree
     */
    record Result(ObjectNode json, boolean isVerified) {}

    /** The exit code. */
    int run(Work work) throws IOException, InterruptedException {
        Optional<Result> result = measure(work);
        PrintWriter out = spec.commandLine().getOut();
        // When all is cleaned up, so that this is the last line whoever watches both streams.
        result.ifPresent(figures -> out.println(figures.json()));
        out.flush();
        return result.filter(Result::isVerified).isPresent() ? ExitCode.DONE.code() : ExitCode.FAILED.code();
    }

    /** What was measured; nothing if it was broken off. */
    private Optional<Result> measure(Work work) throws IOException, InterruptedException {
        double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        if (loadBefore > BUSY_LOAD_AVERAGE) {
            tell("this machine is busy (load average " + loadBefore + "): the figures will say little");
        }
        Interruption interruption = Interruption.ofThisThread();
        try {
            return Optional.of(work.measure(loadBefore, this::tell));
        } catch (IOException | InterruptedException | RuntimeException e) {
            if (interruption.happened()) {
                tell("broken off");
                return Optional.empty();
            }
            throw e;
        } finally {
            interruption.over();
        }
    }

    private synchronized void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("bench " + spec.name() + ": " + line);
        err.flush();
    }

    /** Refuses to begin, if there is a problem with an option. */
    void require(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new ParameterException(spec.commandLine(), String.join(System.lineSeparator(), problems));
        }
    }

    /** The words of an option that holds several, such as those of a JVM. */
    static List<String> words(String option) {
        return Arrays.stream(option.trim().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /**
     * What an option may be.
     *
     * @param option its name
     * @param least the least that it may be
     * @param most the most that it may be
     */
    record Range(String option, long least, long most) {

        void check(long found, List<String> problems) {
            if (found < least || found > most) {
                problems.add(option + " must be between " + least + " and " + most + ", but is " + found);
            }
        }
    }
}
