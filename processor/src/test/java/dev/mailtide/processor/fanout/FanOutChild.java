package dev.mailtide.processor.fanout;

import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.testkit.fault.JavaCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;

/** The fan-out in a process of its own, to be hung and killed. */
final class FanOutChild implements AutoCloseable {

    private final Process process;

    /** Returns once it writes the routes. */
    FanOutChild(KafkaAccess kafka, Path folder, String instance, int ownTopicsMax) throws IOException {
        process = new ProcessBuilder(JavaCommand.small("-Xmx192m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn")
                        .main(
                                FanOutChild.class,
                                kafka.bootstrapServers(),
                                folder.toString(),
                                instance,
                                Integer.toString(ownTopicsMax)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.getInputStream().read() < 0) {
            throw new IOException("the fan-out ended at once");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGSTOP: all its connections stay open. */
    void hang() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /** SIGCONT. */
    void goOn() throws IOException, InterruptedException {
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

    /** SIGKILL; returns when it is gone. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Arguments: brokers, folder, instance, cap. */
    public static void main(String[] arguments) throws InterruptedException {
        Meters meters = new Meters();
        FanOutApplication running = FanOuts.start(
                KafkaAccess.at(arguments[0]),
                Path.of(arguments[1]),
                arguments[2],
                FanOutSettings.upTo(Integer.parseInt(arguments[3])),
                new FanOutApplication.Probes(new Health(), meters, InstantSource.system()),
                new ArrayList<>());
        org.awaitility.Awaitility.await()
                .atMost(FanOuts.SOON)
                .until(() -> meters.scrape().contains("mailtide_fan_out_writes_routes 1.0"));
        System.out.println("writes " + running.routesAsOf());
        Thread.currentThread().join();
    }
}
