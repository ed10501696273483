package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Kafka Streams application, supervised. A thread that fails is replaced, and its records are processed again; when
 * that happens too often, something will not pass by itself, and the process is asked to end, so that a supervisor and a
 * person hear of it. Failures of which it is known that they pass by themselves are not counted.
 */
public final class RunningStreams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningStreams.class);

    private static final int REPLACEMENTS_MAX = 20;
    private static final Duration REPLACEMENTS_WITHIN = Duration.ofMinutes(10);
    private static final Duration SAY_AGAIN_AFTER = Duration.ofMinutes(1);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(8);

    private final String name;
    private final String instance;
    private final KafkaStreams streams;
    private final TopicGuard guard;
    private final StateOrigin origin;
    private final Path stores;
    private final RestoreProgress restoring;
    private final Consumer<String> onGivingUp;
    private final AtomicBoolean hasGivenUp = new AtomicBoolean();
    private final Deque<Long> replacedAtNanos = new ArrayDeque<>();
    private final RestoreListeners restores = new RestoreListeners();
    private Optional<Long> saidThatItWaitsNanos = Optional.empty();
    private volatile Predicate<Throwable> passesByItself = failure -> false;
    private volatile boolean hasRun;
    private volatile OnStop onStop = OnStop.STAY;

    /**
     * @param name for the log: the application id
     * @param guard has admitted it; stays the caller's to close
     * @param onGivingUp is told why, once, when threads keep failing or a topic is lost; it should end the process
     */
    public RunningStreams(
            String name,
            Topology topology,
            Map<String, Object> settings,
            TopicGuard guard,
            Consumer<String> onGivingUp) {
        this.name = name;
        this.guard = guard;
        this.restoring = new RestoreProgress(name);
        this.onGivingUp = onGivingUp;
        this.instance =
                String.valueOf(settings.get(StreamsConfig.mainConsumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG)));
        Path stateFolder = Path.of(String.valueOf(settings.get(StreamsConfig.STATE_DIR_CONFIG)));
        this.origin = new StateOrigin(stateFolder, name);
        this.stores = stateFolder.resolve(name);
        Properties properties = new Properties();
        properties.putAll(settings);
        StreamsConfig config = new StreamsConfig(properties);
        this.streams = new KafkaStreams(topology, config, new GuardedClients(config.getKafkaClientSupplier(), guard));
        streams.setUncaughtExceptionHandler(this::onFailedThread);
        restores.add(restoring);
        streams.setGlobalStateRestoreListener(restores);
        streams.setStateListener(this::onChange);
    }

    /**
     * Begins to process, on stores that are from the life of the topics.
     *
     * @throws ResourceException if the state folder cannot be used
     */
    public void start() {
        origin.keepOnly(guard.life(), streams::cleanUp);
        TornStores.delete(stores);
        streams.start();
    }

    String name() {
        return name;
    }

    /** Rows restored since the start. */
    long restored() {
        return restoring.restoredInAll();
    }

    /** Tells this one how far its copies are; to be called before the start. */
    public void tell(StandbyProgress copies) {
        restores.add(copies);
        streams.setStandbyUpdateListener(copies);
    }

    /** Which failures only say that it waits for something that will come. To be called before the start. */
    public void passesByItself(Predicate<Throwable> failures) {
        passesByItself = failures;
    }

    /** For questions to its stores. */
    public KafkaStreams streams() {
        return streams;
    }

    /** Why it is not working, if it is not. A rebalance is part of working, but for the first one, which restores. */
    public Optional<String> problem() {
        KafkaStreams.State state = streams.state();
        if (!state.isRunningOrRebalancing()) {
            return Optional.of(name + " is " + state);
        }
        return hasRun ? Optional.empty() : Optional.of(name + " is starting: its state is being restored");
    }

    private void onChange(KafkaStreams.State now, KafkaStreams.State before) {
        LOG.info("{}: {} (was {})", name, now, before);
        if (now == KafkaStreams.State.RUNNING) {
            hasRun = true;
        }
    }

    synchronized StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse onFailedThread(Throwable failure) {
        if (isFenced(failure)) {
            // A new thread under this name would drive out the other process, and that one this one.
            tell("another process has joined " + name + " as instance '" + instance
                    + "'; give each process an instance of its own (setting instance, or MAILTIDE_INSTANCE)");
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        boolean willPass = passesByItself.test(failure);
        if (willPass) {
            sayThatItWaits(failure);
        } else {
            count(failure);
        }
        Optional<String> lost = guard.lookAfterFailure();
        if (lost.isPresent()) {
            tell(lost.get());
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        if (willPass || replacedAtNanos.size() <= REPLACEMENTS_MAX) {
            return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        tell(name + " failed " + replacedAtNanos.size() + " times within " + REPLACEMENTS_WITHIN.toMinutes()
                + " minutes, the last time with " + chainOf(failure));
        return StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    private void count(Throwable failure) {
        long now = System.nanoTime();
        replacedAtNanos.addLast(now);
        while (now - replacedAtNanos.getFirst() > REPLACEMENTS_WITHIN.toNanos()) {
            replacedAtNanos.removeFirst();
        }
        // Messages of exceptions can quote records; classes cannot.
        LOG.error("{}: a thread failed with {}; its records will be processed again", name, chainOf(failure));
        LOG.debug("{}: the failure in full", name, failure);
    }

    /** Once a minute: it comes back every few seconds, for as long as it lasts. */
    private void sayThatItWaits(Throwable failure) {
        long now = System.nanoTime();
        LOG.debug("{}: the failure in full", name, failure);
        // Kafka Streams throws it once more when the thread ends, and the JVM would print all of it each time.
        Thread.currentThread()
                .setUncaughtExceptionHandler((thread, said) -> LOG.trace("{} has ended", thread.getName()));
        if (saidThatItWaitsNanos
                .filter(said -> now - said < SAY_AGAIN_AFTER.toNanos())
                .isEmpty()) {
            saidThatItWaitsNanos = Optional.of(now);
            LOG.warn(
                    "{}: a thread has waited in vain ({}); its records will be processed again until that passes",
                    name,
                    chainOf(failure));
        }
    }

    /** Stops processing, without waiting for it, and says why. Not for stream threads. */
    void giveUp(String why) {
        if (!hasGivenUp.get()) {
            streams.close(CloseOptions.timeout(Duration.ZERO)
                    .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));
        }
        tell(why);
    }

    private void tell(String why) {
        if (hasGivenUp.compareAndSet(false, true)) {
            onGivingUp.accept(why);
        }
    }

    private static boolean isFenced(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(FencedInstanceIdException.class::isInstance);
    }

    private static String chainOf(Throwable failure) {
        StringBuilder chain = new StringBuilder();
        Optional<Throwable> next = Optional.of(failure);
        while (next.isPresent()) {
            chain.append(chain.isEmpty() ? "" : " < ")
                    .append(next.get().getClass().getSimpleName());
            next = Optional.ofNullable(next.get().getCause());
        }
        return chain.toString();
    }

    /** What it is to the others when it stops, instead of {@link OnStop#STAY}. */
    public void onStop(OnStop what) {
        onStop = what;
    }

    /** Commits what is done and stops. Unless told otherwise it stays in its group, so that a restart goes on at once. */
    @Override
    public void close() {
        boolean done = streams.close(CloseOptions.timeout(CLOSE_MAX).withGroupMembershipOperation(onStop.membership()));
        if (!done) {
            LOG.warn(
                    "{}: not stopped within {} s; what was not committed will be processed again",
                    name,
                    CLOSE_MAX.toSeconds());
        }
    }
}
