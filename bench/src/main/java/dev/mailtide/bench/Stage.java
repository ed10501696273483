package dev.mailtide.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.OwnerOnly;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that is measured, in processes of their own and a folder of its own; both are gone when it is closed. */
final class Stage implements AutoCloseable {

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final List<String> BROKER_JVM = List.of("-Xmx1g");
    private static final String LOOPBACK = "127.0.0.1";
    private static final String SOURCE = "bench";
    private static final long SEED = 4;

    private final Shutdown shutdown = new Shutdown("bench");
    private final OneJar jar;
    private final IngestPlan plan;
    private final Path folder;
    private final String secret = UUID.randomUUID().toString();
    private final int kafkaPort = EmbeddedBroker.freePort();
    private final InetSocketAddress ingestAddress =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), EmbeddedBroker.freePort());
    private final InetSocketAddress shellAddress =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), EmbeddedBroker.freePort());
    private @Nullable ChildProcess broker;
    private @Nullable ChildProcess baseline;
    private @Nullable ChildProcess ingest;

    private Stage(OneJar jar, IngestPlan plan) throws IOException {
        this.jar = jar;
        this.plan = plan;
        this.folder = Files.createTempDirectory(plan.folder(), "mailtide-bench-");
        shutdown.onStop("delete the folder", this::deleteFolder);
    }

    /**
     * Starts all of it, and returns when it answers.
     *
     * @throws ResourceException if something does not start
     */
    static Stage start(OneJar jar, IngestPlan plan) throws IOException, InterruptedException {
        Stage stage = new Stage(jar, plan);
        try {
            stage.startBroker();
            stage.startBaseline();
            stage.startIngest();
            return stage;
        } catch (IOException | InterruptedException | RuntimeException e) {
            stage.close();
            throw e;
        }
    }

    void startBroker() throws InterruptedException {
        List<String> arguments = List.of(folder.resolve("kafka").toString(), Integer.toString(kafkaPort));
        broker = started("broker", jar.main(BrokerProcess.class, BROKER_JVM, arguments));
        broker.line(START_MAX);
    }

    void stopBroker() {
        part(broker).close();
    }

    private void startBaseline() throws InterruptedException {
        List<String> arguments = List.of(
                kafka().bootstrapServers(),
                Integer.toString(shellAddress.getPort()),
                Integer.toString(plan.bodyBytes()),
                Long.toString(SEED));
        baseline = started("baseline", jar.main(BaselineProcess.class, plan.ingestJvm(), arguments));
        baseline.line(START_MAX);
    }

    private ChildProcess started(String name, List<String> command) {
        ChildProcess child = ChildProcess.start(name, ChildProcess.Ends.AT_END_OF_INPUT, command, folder);
        shutdown.onStop("stop the " + name, child);
        return child;
    }

    private void startIngest() throws IOException, InterruptedException {
        Path file = folder.resolve("ingest.yaml");
        OwnerOnly.write(file, new ObjectMapper().writeValueAsString(ingestSettings()));
        ChildProcess child = ChildProcess.start(
                "ingest",
                ChildProcess.Ends.AT_SIGTERM,
                jar.role(plan.ingestJvm(), List.of("ingest", "--config", file.toString())),
                folder);
        ingest = child;
        shutdown.onStop("stop ingest", child);
        Probe.awaitReady(ingestAddress, child, START_MAX);
    }

    /** As JSON, which is YAML, too. */
    private Map<String, String> ingestSettings() {
        Map<String, String> settings = new TreeMap<>(plan.settings());
        // No proxy has to notice that it stops.
        settings.putIfAbsent("ingest.stop-grace", "0s");
        settings.put("ingest.host", LOOPBACK);
        settings.put("ingest.port", Integer.toString(ingestAddress.getPort()));
        settings.put("ingest.sources", SOURCE);
        settings.put("source." + SOURCE + ".secret", secret);
        settings.put("kafka.bootstrap.servers", kafka().bootstrapServers());
        return settings;
    }

    KafkaAccess kafka() {
        return KafkaAccess.at(LOOPBACK + ":" + kafkaPort);
    }

    ChildProcess ingest() {
        return part(ingest);
    }

    InetSocketAddress ingestAddress() {
        return ingestAddress;
    }

    ChildProcess baseline() {
        return part(baseline);
    }

    InetSocketAddress shellAddress() {
        return shellAddress;
    }

    String path() {
        return "/webhooks/" + SOURCE + "/" + secret;
    }

    /** The bodies that are posted: those that the baseline sends, too. */
    List<byte[]> bodies() {
        return Bodies.of(plan.bodyBytes(), SEED);
    }

    /** Has the bare producer measured in its process. */
    Slice produce(BareProducer.Question question) throws InterruptedException {
        Duration patience = Duration.ofMillis(question.warmUpMillis() + question.windowMillis())
                .plus(START_MAX);
        try {
            String asked = BaselineProcess.JSON.writeValueAsString(question);
            return BaselineProcess.JSON.readValue(baseline().ask(asked, patience), Slice.class);
        } catch (JsonProcessingException e) {
            throw new ResourceException("the baseline did not answer with figures", e);
        }
    }

    private static ChildProcess part(@Nullable ChildProcess child) {
        if (child == null) {
            throw new IllegalStateException("not started");
        }
        return child;
    }

    private void deleteFolder() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
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
