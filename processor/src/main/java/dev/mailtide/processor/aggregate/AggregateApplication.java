package dev.mailtide.processor.aggregate;

import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.streams.Freshness;
import dev.mailtide.processor.streams.Guarded;
import dev.mailtide.processor.streams.LossAcceptance;
import dev.mailtide.processor.streams.Outputs;
import dev.mailtide.processor.streams.Placement;
import dev.mailtide.processor.streams.RunningStreams;
import dev.mailtide.processor.streams.StandbyProgress;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.processor.streams.TopicGuard;
import dev.mailtide.processor.streams.Watchdog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/** The aggregating application, running, and the answers from its stores. */
public final class AggregateApplication implements AutoCloseable {

    /** Its name for Kafka. */
    public static final String APPLICATION_ID = "mailtide-aggregate-1";

    private final Shutdown shutdown = new Shutdown("aggregate");
    private final Answers answers;
    private final Freshness freshness;
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
        Outside outside = new Outside();
        AggregateMeters meters = new AggregateMeters(probes.meters());
        Topology topology = new AggregateTopology(topics, rules.normaliser(), rules.rememberFor(), meters, outside)
                .build(new StreamsConfig(properties));
        TopicGuard guard = new TopicGuard(
                kafka,
                Guarded.of(APPLICATION_ID, topics.raw().name(), outputs(topics), topology),
                topics.raw().shape().replication());
        shutdown.onStop("stop guarding topics", guard);
        List<String> way = List.of(
                topics.raw().name(), internal(AggregateTopology.BY_MESSAGE), internal(AggregateTopology.BY_DOMAIN));
        RunningStreams running;
        StandbyProgress copies;
        try {
            guard.admit();
            running = new RunningStreams(APPLICATION_ID, topology, all, guard, onGivingUp);
            running.onStop(settings.onStop());
            shutdown.onStop("stop the streams", running);
            freshness = new Freshness(kafka, APPLICATION_ID, way, probes.clock());
            shutdown.onStop("stop asking for freshness", freshness);
            copies = new StandbyProgress(kafka, APPLICATION_ID, freshness::asOf);
            shutdown.onStop("stop asking for the ends of changelogs", copies);
            running.tell(copies);
            outside.tell(() -> guard.idsOf(outputs(topics).tables()), freshness::asOf);
            running.start();
            freshness.start();
            shutdown.onStop("stop the watchdog", Watchdog.over(running, guard, kafka));
            copies.start();
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        answers = new Answers(
                new StoreReader(running.streams(), topics.raw().shape().partitions(), freshness),
                copies,
                rules.addressesInAnswers());
        placement = new Placement(running, settings.sharing());

        probes.meters().gauge("mailtide.processor.lag.records", "Records not counted yet", freshness::lag);
        probes.health().require("aggregate", running::problem);
        probes.health().require("aggregate topics", guard::problem);
        probes.meters().gauge(TopicGuard.LOST, TopicGuard.LOST_MEANING, guard::lost, "application", APPLICATION_ID);
        probes.health().require("counting", freshness::problem);
    }

    private static Outputs outputs(Topics topics) {
        return new Outputs(
                Set.of(topics.events().name()),
                Set.of(topics.domainState().name(), topics.domainSeries().name()));
    }

    private static String internal(String name) {
        return APPLICATION_ID + "-" + name + "-repartition";
    }

    /**
     * What it does with records, and with questions.
     *
     * @param addressesInAnswers what becomes of the address that state holds
     */
    public record Rules(Normaliser normaliser, Duration rememberFor, FieldPolicy addressesInAnswers) {}

    /** Where it shows how it is, and from where it has the time. */
    public record Probes(Health health, Meters meters, InstantSource clock) {}

    /** Up to when everything is counted. */
    public Freshness freshness() {
        return freshness;
    }

    /**
     * Lets it go on without what its guard misses; it must not run.
     *
     * @return a line for each thing that was accepted
     * @throws ResourceException if what is lost cannot be accepted, or Kafka does not answer
     */
    public static List<String> acceptLoss(KafkaAccess kafka, Topics topics) {
        try (LossAcceptance acceptance = new LossAcceptance(
                kafka,
                APPLICATION_ID,
                topics.raw().name(),
                outputs(topics),
                topics.raw().shape().replication())) {
            return acceptance.accept();
        }
    }

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
