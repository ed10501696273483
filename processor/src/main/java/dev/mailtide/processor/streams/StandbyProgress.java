package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to when everything is counted in the standby copies of this instance. Each second two things are noted in this order:
 * up to when everything is counted anywhere, and where the changelogs end. A copy that has passed such an end has all that
 * was counted by then. What a copy has applied is told by Kafka Streams itself, from the moment that it opens the copy to
 * the moment that it closes it: a copy that is wiped and begun anew has no past here. A copy that takes over is one until it
 * does, which after a kill can take as long as Kafka waits for the transaction of the dead.
 */
public final class StandbyProgress implements StandbyUpdateListener, StateRestoreListener, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StandbyProgress.class);

    private static final Duration NOTE_EVERY = Duration.ofSeconds(1);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    private final String application;
    private final Supplier<Optional<Instant>> countedUpTo;
    private final Admin admin;
    private final Map<TopicPartition, Long> next = new ConcurrentHashMap<>();
    private final EndsInTime ends = new EndsInTime();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "standby-progress"));

    /**
     * For one application; to be made its listener before it starts.
     *
     * @param countedUpTo up to when everything is counted anywhere
     */
    public StandbyProgress(KafkaAccess kafka, String application, Supplier<Optional<Instant>> countedUpTo) {
        this.application = application;
        this.countedUpTo = countedUpTo;
        this.admin = kafka.openAdmin();
    }

    /** Begins to note. */
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::note, 0, NOTE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Up to when everything is counted in this copy; nothing if there is none here, or it is not known. */
    public Optional<Instant> asOf(String store, int partition) {
        TopicPartition changelog = new TopicPartition(application + "-" + store + "-changelog", partition);
        return Optional.ofNullable(next.get(changelog)).flatMap(position -> ends.passedBy(changelog, position));
    }

    private void note() {
        try {
            Optional<Instant> counted = countedUpTo.get();
            if (counted.isPresent() && !next.isEmpty()) {
                note(counted.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            // The thread must not end by a mistake of ours, unseen.
            LOG.warn(
                    "cannot tell how far the standby copies are: {}",
                    e.getClass().getSimpleName());
            LOG.debug("the failure in full", e);
        }
    }

    private void note(Instant counted) throws InterruptedException, ExecutionException, TimeoutException {
        Map<TopicPartition, OffsetSpec> latest =
                next.keySet().stream().collect(Collectors.toMap(Function.identity(), copy -> OffsetSpec.latest()));
        // Open transactions included: what is committed may still wait for its marker in one of the changelogs.
        Map<TopicPartition, ListOffsetsResultInfo> found =
                admin.listOffsets(latest).all().get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        found.forEach((changelog, end) -> ends.note(changelog, end.offset(), counted));
        ends.retain(next.keySet());
    }

    @Override
    public void onUpdateStart(TopicPartition changelog, String store, long nextOffset) {
        next.put(changelog, nextOffset);
    }

    @Override
    public void onBatchLoaded(
            TopicPartition changelog, String store, TaskId task, long lastOffset, long records, long end) {
        next.put(changelog, lastOffset + 1);
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition changelog, String store, long lastOffset, long end, SuspendReason reason) {
        if (reason != SuspendReason.PROMOTED) {
            next.remove(changelog);
        }
    }

    @Override
    public void onRestoreStart(TopicPartition changelog, String store, long nextOffset, long end) {
        next.put(changelog, nextOffset);
    }

    @Override
    public void onBatchRestored(TopicPartition changelog, String store, long lastOffset, long records) {
        next.put(changelog, lastOffset + 1);
    }

    @Override
    public void onRestoreEnd(TopicPartition changelog, String store, long records) {
        // From now on its instance counts it, and is asked as such.
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            boolean ended = thread.awaitTermination(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("ended in time: {}", ended);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(ANSWER_MAX);
    }
}
