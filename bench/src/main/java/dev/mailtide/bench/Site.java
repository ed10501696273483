package dev.mailtide.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.Folders;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A folder and the processes that work in it: a broker, roles of the jar, helpers. All are gone when it is closed. */
final class Site implements AutoCloseable {

    static final Duration START_MAX = Duration.ofSeconds(60);
    static final String LOOPBACK = "127.0.0.1";

    private static final List<String> BROKER_JVM = List.of("-Xmx1g");

    private final Shutdown shutdown = new Shutdown("bench");
    private final OneJar jar;
    private final Path folder;
    private final int kafkaPort = EmbeddedBroker.freePort();
    private @Nullable ChildProcess broker;

    private Site(OneJar jar, Path parent) throws IOException {
        this.jar = jar;
        this.folder = Files.createTempDirectory(parent, "mailtide-bench-");
        shutdown.onStop("delete the folder", () -> delete(folder));
    }

    /** An empty one, in a new folder under the parent. */
    static Site open(OneJar jar, Path parent) throws IOException {
        return new Site(jar, parent);
    }

    Path folder() {
        return folder;
    }

    KafkaAccess kafka() {
        return KafkaAccess.at(LOOPBACK + ":" + kafkaPort);
    }

    /** Starts the broker on what its last run left, and returns when it answers. */
    void startBroker() throws InterruptedException {
        List<String> arguments = List.of(folder.resolve("kafka").toString(), Integer.toString(kafkaPort));
        broker = helper("broker", BrokerProcess.class, BROKER_JVM, arguments);
    }

    ChildProcess broker() {
        if (broker == null) {
            throw new IllegalStateException("the broker is not started");
        }
        return broker;
    }

    /** Starts another main class of the jar, which ends with its input, and returns when it has said that it is ready. */
    ChildProcess helper(String name, Class<?> main, List<String> jvm, List<String> arguments)
            throws InterruptedException {
        ChildProcess child = started(name, ChildProcess.Ends.AT_END_OF_INPUT, jar.main(main, jvm, arguments));
        // A JVM that is told to record or to log says so first.
        while (!child.line(START_MAX).startsWith("ready")) {}
        return child;
    }

    /** Starts a role as an operator does, with these settings in a file. */
    ChildProcess role(String role, List<String> jvm, Map<String, String> settings) throws IOException {
        Path file = folder.resolve(role + ".yaml");
        // JSON is YAML, too.
        OwnerOnly.write(file, new ObjectMapper().writeValueAsString(settings));
        return role(role, jvm, List.of("--config", file.toString()));
    }

    /** Starts a role as an operator does, with these options. */
    ChildProcess role(String role, List<String> jvm, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(role));
        arguments.addAll(options);
        return started(role, ChildProcess.Ends.AT_SIGTERM, jar.role(jvm, arguments));
    }

    private ChildProcess started(String name, ChildProcess.Ends ends, List<String> command) {
        ChildProcess child = ChildProcess.start(name, ends, command, folder);
        shutdown.onStop("stop the " + name, child);
        return child;
    }

    /**
     * Deletes a folder with all that is in it.
     *
     * @throws ResourceException if something in it cannot be deleted
     */
    static void delete(Path folder) {
        try {
            Folders.delete(folder);
        } catch (IOException e) {
            throw new ResourceException("cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }

    /** Also when the thread was interrupted: stopping has to wait for the processes. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        shutdown.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
