package dev.mailtide.processor;

import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.aggregate.AggregateApplication;
import dev.mailtide.processor.api.BodyRoutes;
import dev.mailtide.processor.api.ContractRoutes;
import dev.mailtide.processor.api.DashboardRoutes;
import dev.mailtide.processor.api.DeadLetterRoutes;
import dev.mailtide.processor.api.Gate;
import dev.mailtide.processor.api.LiveRoutes;
import dev.mailtide.processor.api.QueryRoutes;
import dev.mailtide.processor.api.ReadModelRoutes;
import dev.mailtide.processor.api.SourceRoutes;
import dev.mailtide.processor.api.TopicRoutes;
import dev.mailtide.processor.deadletter.DeadLetters;
import dev.mailtide.processor.deadletter.RawBodies;
import dev.mailtide.processor.deadletter.Replay;
import dev.mailtide.processor.fanout.FanOutApplication;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.peers.Peers;
import dev.mailtide.processor.readmodel.ReadModel;
import dev.mailtide.processor.sources.Sources;
import dev.mailtide.processor.streams.Sharing;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.processor.tokens.AccessLog;
import dev.mailtide.processor.tokens.Tokens;
import io.javalin.config.RoutesConfig;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processor, running: aggregation, fan-out and query API, or the fan-out alone; and the stop in reverse. */
public final class ProcessorService implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessorService.class);

    /** The largest bodies are a replay of a thousand positions, and a check of a thousand addresses of sixty bytes. */
    private static final long BODY_BYTES_MAX = 64 * 1024;

    private static final int FAN_OUT_THREADS = 1;

    /** Which of its parts a process runs. */
    public enum Parts {
        /** Aggregation, fan-out and query API. */
        ALL,
        /** The fan-out, with health and metrics. */
        FAN_OUT
    }

    private final Shutdown shutdown = new Shutdown("processor");
    private final HttpShell http;

    /**
     * Creates the topics that are missing, and starts.
     *
     * @param onGivingUp is told why, when an application cannot go on; it should end the process
     * @throws ResourceException if Kafka cannot be reached, or the port or the folder cannot be used
     */
    public ProcessorService(
            ProcessorSettings settings,
            Parts parts,
            KafkaAccess kafka,
            Topics topics,
            InstantSource clock,
            Consumer<String> onGivingUp) {
        try {
            StateFolder state = StateFolder.take(settings.dataFolder());
            shutdown.onStop("let the folder go", state);
            kafka.createMissing(topics.fixed());
            Meters meters = new Meters();
            shutdown.onStop("close the meters", meters);
            shutdown.onStop("stop keeping topics", KeptTopics.over(kafka, topics.notCountedFrom(), meters));
            Health health = new Health();
            Wiring wiring = new Wiring(settings, state.path(), kafka, topics, health, meters, onGivingUp);
            FanOutApplication fanOut = wiring.fanOut(clock);
            shutdown.onStop("stop the fan-out", fanOut);
            Consumer<RoutesConfig> routes = none -> {};
            List<AutoCloseable> endless = List.of();
            if (parts == Parts.ALL) {
                AggregateApplication aggregate = wiring.aggregate(clock);
                shutdown.onStop("stop aggregating", aggregate);
                Peers peers = new Peers(aggregate.placement(), settings.peers().internalSecret(), meters);
                shutdown.onStop("stop asking other instances", peers);
                routes = wiring.gate(clock, shutdown)::addTo;
                routes = routes.andThen(new QueryRoutes(
                        aggregate.answers(), peers, settings.api().rates(), meters)::addTo);
                routes = routes.andThen(wiring.deadLetters(aggregate, clock)::addTo);
                routes = routes.andThen(wiring.bodies(aggregate)::addTo);
                routes = routes.andThen(wiring.sources(clock, shutdown)::addTo);
                Optional<ReadModel> readModel = wiring.readModel(aggregate);
                readModel.ifPresent(read -> shutdown.onStop("stop the read model", read));
                ReadModelRoutes ofReadModel = wiring.readModelRoutes(readModel, aggregate, peers);
                LiveRoutes live = wiring.live(aggregate);
                routes = routes.andThen(ofReadModel::addTo).andThen(live::addTo);
                endless = List.of(ofReadModel, live);
                routes = routes.andThen(new TopicRoutes(fanOut, clock)::addTo);
                routes = routes.andThen(ContractRoutes::addTo);
                routes = routes.andThen(DashboardRoutes::addTo);
            }
            http = HttpShell.start(settings.address(), health, meters, BODY_BYTES_MAX, routes);
            shutdown.onStop("stop listening", http);
            endless.forEach(streams -> shutdown.onStop("end streams", streams));
            shutdown.onStop("say not ready", health::stopping);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
        LOG.info("query API listens on {}:{}", settings.address().host(), http.port());
    }

    /** What both applications are made from. */
    private record Wiring(
            ProcessorSettings settings,
            Path state,
            KafkaAccess kafka,
            Topics topics,
            Health health,
            Meters meters,
            Consumer<String> onGivingUp) {

        FanOutApplication fanOut(InstantSource clock) {
            return new FanOutApplication(
                    streams(FanOutApplication.APPLICATION_ID, FAN_OUT_THREADS, Optional.empty()),
                    kafka,
                    topics,
                    new FanOutApplication.Rules(
                            settings.fanOut(), settings.privacy().onTheWayToDomains()),
                    new FanOutApplication.Probes(health, meters, clock),
                    onGivingUp);
        }

        AggregateApplication aggregate(InstantSource clock) {
            return new AggregateApplication(
                    streams(AggregateApplication.APPLICATION_ID, settings.threads(), Optional.of(sharing())),
                    kafka,
                    topics,
                    new AggregateApplication.Rules(
                            new Normaliser(settings.identity(), settings.privacy()),
                            settings.rememberFor(),
                            settings.privacy().api().recipient()),
                    new AggregateApplication.Probes(health, meters, clock),
                    onGivingUp);
        }

        DeadLetterRoutes deadLetters(AggregateApplication aggregate, InstantSource clock) {
            return new DeadLetterRoutes(
                    new DeadLetters(kafka, topics),
                    () -> new Replay(kafka, topics, clock),
                    aggregate.freshness(),
                    meters);
        }

        BodyRoutes bodies(AggregateApplication aggregate) {
            return new BodyRoutes(
                    new RawBodies(kafka, topics),
                    new BodyRoutes.Rules(
                            new Normaliser(settings.identity()),
                            !settings.privacy().answersHoldAll()),
                    aggregate.freshness(),
                    meters);
        }

        Gate gate(InstantSource clock, Shutdown shutdown) {
            AccessLog log = new AccessLog(kafka, topics.accessLog(), clock, meters);
            shutdown.onStop("close the access log", log);
            Tokens tokens = new Tokens(settings.apiToken(), kafka, topics.apiTokens(), clock);
            tokens.start();
            shutdown.onStop("stop reading tokens", tokens);
            return new Gate(tokens, log, settings.peers().internalSecret(), new SecureRandom(), meters);
        }

        SourceRoutes sources(InstantSource clock, Shutdown shutdown) {
            Sources sources =
                    new Sources(kafka, topics.sourceStatus(), settings.api().silentAfter(), clock);
            sources.start();
            shutdown.onStop("stop reading the status of sources", sources);
            return new SourceRoutes(sources);
        }

        Optional<ReadModel> readModel(AggregateApplication aggregate) {
            ReadModel.Self self = new ReadModel.Self(
                    state, settings.instance(), settings.peers().onStop());
            return settings.readModel().isOn()
                    ? Optional.of(new ReadModel(
                            self,
                            kafka,
                            topics,
                            aggregate.freshness()::asOf,
                            settings.privacy().onTheWayToAnswers(),
                            meters))
                    : Optional.empty();
        }

        ReadModelRoutes readModelRoutes(Optional<ReadModel> readModel, AggregateApplication aggregate, Peers peers) {
            return new ReadModelRoutes(
                    readModel.map(ReadModel::answers),
                    peers,
                    aggregate.freshness(),
                    topics.events().shape().partitions(),
                    new ReadModelRoutes.Rules(
                            settings.identity(), settings.readModel().softBouncesMin()),
                    meters);
        }

        LiveRoutes live(AggregateApplication aggregate) {
            return new LiveRoutes(
                    kafka,
                    topics.events().name(),
                    settings.privacy().onTheWayToAnswers(),
                    aggregate.freshness()::asOf,
                    settings.identity(),
                    meters);
        }

        private Sharing sharing() {
            return new Sharing(AdvertisedAddress.of(settings), settings.peers().standbyReplicas());
        }

        private StreamsSettings streams(String applicationId, int threads, Optional<Sharing> sharing) {
            return new StreamsSettings(
                    applicationId,
                    settings.instance(),
                    state,
                    threads,
                    settings.commitInterval(),
                    topics.raw().shape().replication(),
                    settings.peers().onStop(),
                    sharing);
        }
    }

    /**
     * Lets aggregation and fan-out go on without what they miss of their topics; neither may run.
     *
     * @return a line for each thing that was accepted; none if nothing was lost
     * @throws ResourceException if what is lost cannot be accepted, or Kafka cannot be reached
     */
    public static List<String> acceptLoss(KafkaAccess kafka, Topics topics) {
        kafka.createMissing(topics.fixed());
        List<String> accepted = new ArrayList<>(AggregateApplication.acceptLoss(kafka, topics));
        accepted.addAll(FanOutApplication.acceptLoss(kafka, topics));
        return accepted;
    }

    /** The port in use. */
    public int port() {
        return http.port();
    }

    /** Every route that answers, as method and path. */
    List<String> routes() {
        return http.routes();
    }

    @Override
    public void close() {
        shutdown.close();
    }
}
