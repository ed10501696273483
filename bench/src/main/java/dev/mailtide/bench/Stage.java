package dev.mailtide.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everything that {@code bench ingest} measures, in processes of their own; all are gone when it is closed. */
final class Stage implements AutoCloseable {

    private static final String SOURCE = "bench";
    private static final long SEED = 4;

    private final IngestPlan plan;
    private final Site site;
    private final String secret = UUID.randomUUID().toString();
    private final InetSocketAddress ingestAddress =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), EmbeddedBroker.freePort());
    private final InetSocketAddress shellAddress =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), EmbeddedBroker.freePort());
    private @Nullable ChildProcess baseline;
    private @Nullable ChildProcess ingest;

    private Stage(Site site, IngestPlan plan) throws IOException {
        this.site = site;
        this.plan = plan;
    }

    /**
     * Starts all of it, and returns when it answers.
     *
     * @throws ResourceException if something does not start
     */
    static Stage start(OneJar jar, IngestPlan plan) throws IOException, InterruptedException {
        Site site = Site.open(jar, plan.folder());
        try {
            Stage stage = new Stage(site, plan);
            site.startBroker();
            stage.startBaseline();
            stage.startIngest();
            return stage;
        } catch (IOException | InterruptedException | RuntimeException e) {
            site.close();
            throw e;
        }
    }

    void startBroker() throws InterruptedException {
        site.startBroker();
    }

    void stopBroker() {
        site.broker().close();
    }

    private void startBaseline() throws InterruptedException {
        List<String> arguments = List.of(
                kafka().bootstrapServers(),
                Integer.toString(shellAddress.getPort()),
                Integer.toString(plan.bodyBytes()),
                Long.toString(SEED));
        baseline = site.helper("baseline", BaselineProcess.class, plan.ingestJvm(), arguments);
    }

    private void startIngest() throws IOException, InterruptedException {
        ChildProcess child = site.role("ingest", plan.ingestJvm(), ingestSettings());
        ingest = child;
        Probe.awaitReady(ingestAddress, child, Site.START_MAX);
    }

    private Map<String, String> ingestSettings() {
        Map<String, String> settings = new TreeMap<>(plan.settings());
        // No proxy has to notice that it stops.
        settings.putIfAbsent("ingest.stop-grace", "0s");
        settings.put("ingest.host", Site.LOOPBACK);
        settings.put("ingest.port", Integer.toString(ingestAddress.getPort()));
        settings.put("ingest.sources", SOURCE);
        settings.put("source." + SOURCE + ".secret", secret);
        settings.put("kafka.bootstrap.servers", kafka().bootstrapServers());
        return settings;
    }

    KafkaAccess kafka() {
        return site.kafka();
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
                .plus(Site.START_MAX);
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

    @Override
    public void close() {
        site.close();
    }
}
