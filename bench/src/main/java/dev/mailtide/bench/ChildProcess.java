package dev.mailtide.bench;

import dev.mailtide.common.run.ResourceException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that the benchmark started, and that ends with it. It is spoken to in lines. A helper ends by itself when its
 * standard input does, so that none is left behind even when the benchmark is killed.
 */
final class ChildProcess implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChildProcess.class);

    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final int LINES_SHOWN_MAX = 10;

    private final String name;
    private final Ends ends;
    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /** How it is told to end. */
    enum Ends {
        /** A helper of ours. */
        AT_END_OF_INPUT,
        /** A role of the product. */
        AT_SIGTERM
    }

    private ChildProcess(String name, Ends ends, Process process, Path errors) {
        this.name = name;
        this.ends = ends;
        this.process = process;
        this.errors = errors;
    }

    /**
     * Starts it in the folder, with its standard error in a file there.
     *
     * @throws ResourceException if it cannot be started
     */
    static ChildProcess start(String name, Ends ends, List<String> command, Path folder) {
        Path errors = folder.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        // Settings of the person who measures are those of another installation.
        builder.environment().keySet().removeIf(key -> key.startsWith("MAILTIDE_"));
        try {
            ChildProcess child = new ChildProcess(name, ends, builder.start(), errors);
            Thread reader = new Thread(child::read, name + "-lines");
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new ResourceException("cannot start the " + name + ": " + e.getMessage(), e);
        }
    }

    private void read() {
        try (BufferedReader from = process.inputReader(StandardCharsets.UTF_8)) {
            from.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("{} closed its output", name, e);
        }
    }

    /** Its next line. */
    String line(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() - deadline < 0) {
            boolean alive = process.isAlive();
            String line = lines.poll(100, TimeUnit.MILLISECONDS);
            if (line != null) {
                return line;
            }
            if (!alive) {
                throw failed("ended with " + process.exitValue());
            }
        }
        throw failed("said nothing for " + patience.toSeconds() + " s");
    }

    /** Sends a line, and waits for the one that answers it. */
    String ask(String question, Duration patience) throws InterruptedException {
        try {
            process.getOutputStream().write((question + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw failed("does not listen");
        }
        return line(patience);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Processor time used since its start; zero where the system does not tell. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** With the last lines of its log. */
    ResourceException failed(String how) {
        String log;
        try {
            List<String> all = Files.readAllLines(errors);
            log = String.join("\n", all.subList(Math.max(0, all.size() - LINES_SHOWN_MAX), all.size()));
        } catch (IOException e) {
            log = "its log cannot be read";
        }
        return new ResourceException("the " + name + " " + how + "; its last words:\n" + log);
    }

    /** Tells it to end, and kills it when it does not. */
    @Override
    public void close() {
        try {
            if (ends == Ends.AT_SIGTERM) {
                process.destroy();
            }
            process.getOutputStream().close();
            if (!process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} did not stop within {} s, and is killed", name, STOP_MAX.toSeconds());
            }
        } catch (IOException e) {
            LOG.debug("{} does not listen any more", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            process.destroyForcibly();
        }
    }
}
