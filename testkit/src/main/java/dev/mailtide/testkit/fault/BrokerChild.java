package dev.mailtide.testkit.fault;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The broker in a process of its own, to be hung, killed and started again on the same folder and port. */
public final class BrokerChild implements AutoCloseable {

    private final Path folder;
    private final int port;
    private Process process;

    /** Returns once it answers. */
    public BrokerChild(Path folder, int port) throws IOException {
        this.folder = folder;
        this.port = port;
        this.process = launch(folder, port);
    }

    private static Process launch(Path folder, int port) throws IOException {
        Process process = new ProcessBuilder(
                        JavaCommand.small("-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
                                .main(BrokerChild.class, folder.toString(), Integer.toString(port)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("the broker ended at once");
        }
        return process;
    }

    /** How to reach it. */
    public KafkaAccess access() {
        return KafkaAccess.at("127.0.0.1:" + port);
    }

    /** SIGSTOP: its connections stay open, and nothing comes back. */
    public void hang() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT: it goes on as if no time had passed, with all that was sent to it meanwhile. */
    public void goOn() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill " + signal + " ended with " + kill.exitValue());
        }
    }

    /** SIGKILL, which a hung process does not survive either; returns when it is gone. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** On the same folder and port; returns once it answers. */
    public void startAgain() throws IOException {
        process = launch(folder, port);
    }

    @Override
    public void close() {
        kill();
    }

    /** Arguments: folder and port. Says in a line that clients may connect, and runs until its input ends. */
    public static void main(String[] arguments) throws IOException {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]))) {
            System.out.println("ready at " + broker.bootstrapServers());
            // What comes does not matter, only that it ends.
            long unused = System.in.transferTo(OutputStream.nullOutputStream());
        }
    }
}
