package dev.mailtide.processor.aggregate;

import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.streams.Freshness;
import dev.mailtide.processor.streams.Placement;
import dev.mailtide.processor.streams.RunningStreams;
import dev.mailtide.processor.streams.StandbyProgress;
import dev.mailtide.processor.streams.StreamsSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsConfig;

/** The aggregating application, running, and the answers from its stores. */
public final class AggregateApplication implements AutoCloseable {

    /** Its name for Kafka. */
    public static final String APPLICATION_ID = "mailtide-aggregate-1";

    private final Shutdown shutdown = new Shutdown("aggregate");
    private final Answers answers;
    private final Placement placement;

    /**
     * Starts it. Its topics must be there.
     *
     * @param rules what it does with records
     * @param onGivingUp is told why, when it cannot go on
     */
    public AggregateApplication(
            StreamsSettings settings,
            KafkaAccess kafka,
            Topics topics,
            Rules rules,
            Probes probes,
            Consumer<String> onGivingUp) {
        Map<String, Object> all = settings.over(kafka);
        Properties properties = new Properties();
        properties.putAll(all);
        AggregateTopology topology = new AggregateTopology(
                topics, rules.normaliser(), rules.rememberFor(), new AggregateMeters(probes.meters()));
        RunningStreams running =
                new RunningStreams(APPLICATION_ID, topology.build(new StreamsConfig(properties)), all, onGivingUp);
        running.onStop(settings.onStop());
        shutdown.onStop("stop the streams", running);
        List<String> way = List.of(
                topics.raw().name(), internal(AggregateTopology.BY_MESSAGE), internal(AggregateTopology.BY_DOMAIN));
        Freshness freshness;
        StandbyProgress copies;
        try {
            freshness = new Freshness(kafka, APPLICATION_ID, way, probes.clock());
            shutdown.onStop("stop asking for freshness", freshness);
            copies = new StandbyProgress(kafka, APPLICATION_ID, freshness::asOf);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        shutdown.onStop("stop asking for the ends of changelogs", copies);
        running.tell(copies);
        running.start();
        freshness.start();
        copies.start();
        answers = new Answers(
                new StoreReader(running.streams(), topics.raw().shape().partitions(), freshness), copies);
        placement = new Placement(running, settings.sharing());

        probes.meters().gauge("mailtide.processor.lag.records", "Records not counted yet", freshness::lag);
        probes.health().require("aggregate", running::problem);
        probes.health().require("counting", freshness::problem);
    }

    private static String internal(String name) {
        return APPLICATION_ID + "-" + name + "-repartition";
    }

    /** What it does with records. */
    public record Rules(Normaliser normaliser, Duration rememberFor) {}

    /** Where it shows how it is, and from where it has the time. */
    public record Probes(Health health, Meters meters, InstantSource clock) {}

    /** Which other instances hold what. */
    public Placement placement() {
        return placement;
    }

    /** Questions to its state. */
    public Answers answers() {
        return answers;
    }

    @Override
    public void close() {
        shutdown.close();
    }
}
