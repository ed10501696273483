package dev.mailtide.processor.fanout;

import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.streams.RunningStreams;
import dev.mailtide.processor.streams.StreamsSettings;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

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
     * @param onGivingUp is told why, when it cannot go on
     */
    public FanOutApplication(
            StreamsSettings settings,
            KafkaAccess kafka,
            Topics topics,
            int ownTopicsMax,
            Probes probes,
            Consumer<String> onGivingUp) {
        DomainTopics domainTopics = new DomainTopics(kafka, topics, ownTopicsMax, probes.meters());
        shutdown.onStop("close its admin client", domainTopics);
        Map<String, Object> all = settings.over(kafka);
        // Hundreds of topics with a little each: batches as large as the aggregates' would take all of the producer's
        // memory.
        all.computeIfPresent(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), (key, ours) -> "16384");
        Properties properties = new Properties();
        properties.putAll(all);
        RunningStreams running = new RunningStreams(
                APPLICATION_ID,
                FanOutTopology.build(new StreamsConfig(properties), topics, domainTopics),
                all,
                onGivingUp);
        shutdown.onStop("stop the streams", running);
        running.start();
        probes.health().require("fan-out", running::problem);
    }

    /** Where it shows how it is. */
    public record Probes(Health health, Meters meters) {}

    @Override
    public void close() {
        shutdown.close();
    }
}
