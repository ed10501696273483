package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
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
    private final Routes routes;

    /**
     * Starts it.
     *
     * @param onGivingUp is told why, when it cannot go on
     * @throws ResourceException if Kafka does not answer or refuses, or a topic is not the one from before
     */
    public FanOutApplication(
            StreamsSettings settings,
            KafkaAccess kafka,
            Topics topics,
            Rules rules,
            Probes probes,
            Consumer<String> onGivingUp) {
        routes = new Routes(kafka, topics, APPLICATION_ID, rules.routes(), probes.clock());
        shutdown.onStop("stop routing", routes);
        Map<String, Object> all = settings.over(kafka);
        // Each batch takes its whole size from the producer's 32 MiB, and each costs a look through all topics written
        // to:
        // 64 KiB is as large as a batch can be for 500 topics with a little each to have room.
        all.computeIfPresent(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), (key, ours) -> "65536");
        all.putAll(lookingAhead(kafka));
        Properties properties = new Properties();
        properties.putAll(all);
        Topology topology =
                FanOutTopology.build(new StreamsConfig(properties), topics, routes.routing(), rules.privacy());
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
            running.passesByItself(NoRouteYetException::isBehind);
            shutdown.onStop("stop the streams", running);
            routes.writeWhile(() -> isFirst(running.streams(), topics));
            running.start();
            shutdown.onStop("stop the watchdog", Watchdog.over(running, guard, kafka, routes::isWaiting));
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        routes.addTo(probes.meters(), rules.routes());
        probes.health().require("fan-out routes", routes::problem);
        probes.health().require("fan-out topics", guard::problem);
        probes.meters().gauge(TopicGuard.LOST, TopicGuard.LOST_MEANING, guard::lost, "application", APPLICATION_ID);
        probes.health().require("fan-out", running::problem);
    }

    /** Ours goes beside what the installation has its consumers observed by. */
    private Map<String, Object> lookingAhead(KafkaAccess kafka) {
        List<Object> all = new ArrayList<>();
        Optional.ofNullable(kafka.settings().get(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG))
                .ifPresent(theirs -> all.addAll(List.of(theirs.split("\\s*,\\s*"))));
        all.add(LookAhead.class);
        return Map.of(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
                all,
                StreamsConfig.mainConsumerPrefix(LookAhead.ROUTING),
                routes.routing());
    }

    /** Whether it has partition 0 of the events: then it writes the routes. */
    private static boolean isFirst(KafkaStreams streams, Topics topics) {
        TopicPartition first = new TopicPartition(topics.events().name(), 0);
        return streams.state().isRunningOrRebalancing()
                && streams.metadataForLocalThreads().stream()
                        .flatMap(thread -> thread.activeTasks().stream())
                        .anyMatch(task -> task.topicPartitions().contains(first));
    }

    /** The route of this domain, if it is known here. */
    public Optional<Route> route(SenderDomain domain) {
        return routes.table().find(domain);
    }

    /**
     * The routes that are known here.
     *
     * @param after in order of name, those behind this one; empty for the first
     * @param limit how many at most
     */
    public List<Route> routes(String after, int limit) {
        return routes.table().after(after, limit);
    }

    /** Up to when every route is known here. */
    public Optional<Instant> routesAsOf() {
        return routes.table().asOf();
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

    /**
     * By which rules it works.
     *
     * @param routes which domains have a topic of their own
     * @param privacy what is still to be done to an event before it may stand in a domain's topic
     */
    public record Rules(FanOutSettings routes, EventPolicy privacy) {}

    /** Where it shows how it is, and what time it is. */
    public record Probes(Health health, Meters meters, InstantSource clock) {}

    @Override
    public void close() {
        shutdown.close();
    }
}
