package dev.mailtide.processor.fanout;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.streams.Guarded;
import dev.mailtide.processor.streams.LossAcceptance;
import dev.mailtide.processor.streams.Outputs;
import dev.mailtide.processor.streams.RunningStreams;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.processor.streams.TopicGuard;
import dev.mailtide.processor.streams.Watchdog;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * The fan-out, running. An application of its own behind the events topic: a domain's topic that is missing, deleted or
 * refused stalls a whole partition, and must never stall the aggregates.
 */
public final class FanOutApplication implements AutoCloseable {

    /** Its name for Kafka. */
    public static final String APPLICATION_ID = "mailtide-fan-out-1";

    private final Shutdown shutdown = new Shutdown("fan-out");

    /**
     * Starts it.
     *
     * @param ownTopicsMax how many domains may have a topic of their own
     * @param privacy what is still to be done to an event before it may stand in a domain's topic
     * @param onGivingUp is told why, when it cannot go on
     */
    public FanOutApplication(
            StreamsSettings settings,
            KafkaAccess kafka,
            Topics topics,
            int ownTopicsMax,
            EventPolicy privacy,
            Probes probes,
            Consumer<String> onGivingUp) {
        DomainTopics domainTopics = new DomainTopics(kafka, topics, ownTopicsMax, probes.meters());
        shutdown.onStop("close its admin client", domainTopics);
        shutdown.onStop("stop looking after topics of domains", DomainTopicsWatch.over(domainTopics));
        Map<String, Object> all = settings.over(kafka);
        // Each batch takes its whole size from the producer's 32 MiB, and each costs a look through all topics written
        // to:
        // 64 KiB is as large as a batch can be for 500 topics with a little each to have room.
        all.computeIfPresent(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), (key, ours) -> "65536");
        Properties properties = new Properties();
        properties.putAll(all);
        Topology topology = FanOutTopology.build(new StreamsConfig(properties), topics, domainTopics, privacy);
        TopicGuard guard = new TopicGuard(
                kafka,
                Guarded.of(APPLICATION_ID, topics.events().name(), Outputs.NONE, topology),
                topics.events().shape().replication());
        shutdown.onStop("stop guarding topics", guard);
        RunningStreams running;
        try {
            guard.admit();
            running = new RunningStreams(APPLICATION_ID, topology, all, guard, onGivingUp);
            running.onStop(settings.onStop());
            shutdown.onStop("stop the streams", running);
            running.start();
            shutdown.onStop("stop the watchdog", Watchdog.over(running, guard, kafka));
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        probes.health().require("fan-out topics", guard::problem);
        probes.meters().gauge(TopicGuard.LOST, TopicGuard.LOST_MEANING, guard::lost, "application", APPLICATION_ID);
        probes.health().require("fan-out", running::problem);
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
                topics.events().name(),
                Outputs.NONE,
                topics.events().shape().replication())) {
            return acceptance.accept();
        }
    }

    /** Where it shows how it is. */
    public record Probes(Health health, Meters meters) {}

    @Override
    public void close() {
        shutdown.close();
    }
}
