package dev.mailtide.processor;

import dev.mailtide.processor.HaltingProcessor.Step;
import dev.mailtide.testkit.fault.JavaCommand;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The processor in a process of its own, to be hung and killed. */
final class ProcessorChild implements AutoCloseable {

    private final Process process;
    private volatile int port;

    /** Returns at once; its log goes to the file. */
    ProcessorChild(String brokers, String prefix, Path folder, String instance, Step step, int times, File log)
            throws IOException {
        process = new ProcessBuilder(JavaCommand.small(
                                "-Xmx192m",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-Dorg.slf4j.simpleLogger.log.dev.mailtide=info")
                        .main(
                                HaltingProcessor.class,
                                brokers,
                                prefix,
                                folder.toString(),
                                instance,
                                step.name(),
                                Integer.toString(times)))
                .redirectError(ProcessBuilder.Redirect.appendTo(log))
                .start();
        Thread reader = new Thread(this::readPort, "port-of-the-child");
        reader.setDaemon(true);
        reader.start();
    }

    private void readPort() {
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            // It may end before it listens.
            if (line != null) {
                port = Integer.parseInt(line.substring("port ".length()));
            }
        } catch (IOException gone) {
            // So is the process.
            port = 0;
        }
    }

    /** Where it listens; 0 until it does. */
    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    boolean hasEnded(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    int exitCode() {
        return process.exitValue();
    }

    /** SIGSTOP: all its connections stay open. */
    void hang() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    /** SIGTERM. */
    void stop() {
        process.destroy();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill " + signal + " ended with " + kill.exitValue());
        }
    }

    /** SIGKILL; returns when it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
