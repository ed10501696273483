package dev.mailtide.processor.readmodel;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks each second where the partitions end that are read here, and says how far a rebuild is. */
final class ReadProgress implements Restarted.Work {

    private static final Logger LOG = LoggerFactory.getLogger(ReadProgress.class);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration SAY_EVERY = Duration.ofSeconds(10);

    /** Less than that is read before anybody would look. */
    private static final long WAITING_MIN = 10_000;

    private final TopicView topic;
    private final Partitions partitions;
    private final Supplier<Optional<Instant>> counted;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private long sayFromNanos = System.nanoTime();
    private Optional<Said> said = Optional.empty();

    private record Said(long atNanos, long waiting) {}

    private ReadProgress(TopicView topic, Partitions partitions, Supplier<Optional<Instant>> counted) {
        this.topic = topic;
        this.partitions = partitions;
        this.counted = counted;
    }

    static Restarted start(
            KafkaAccess kafka, String topic, Partitions partitions, Supplier<Optional<Instant>> counted) {
        return Restarted.start(
                "read-model-progress",
                () -> new ReadProgress(new TopicView(kafka, topic), partitions, counted),
                () -> {});
    }

    @Override
    public void run() throws InterruptedException {
        do {
            look();
            say();
        } while (!stopped.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Asks first up to when everything is counted: all of that stands before the ends that are asked for then. */
    private void look() {
        Optional<Instant> upTo = counted.get();
        List<Partitions.Held> read = List.copyOf(partitions.all());
        if (read.isEmpty()) {
            return;
        }
        Map<Integer, Long> ends =
                topic.ends(read.stream().map(held -> held.store().partition()).toList());
        for (Partitions.Held held : read) {
            Optional.ofNullable(ends.get(held.store().partition()))
                    .ifPresent(end -> held.progress().looked(upTo, end));
        }
    }

    private void say() {
        long now = System.nanoTime();
        long waiting = partitions.waiting();
        if (partitions.rebuilding() == 0 || waiting < WAITING_MIN) {
            said = Optional.empty();
            return;
        }
        if (now - sayFromNanos < 0) {
            return;
        }
        sayFromNanos = now + SAY_EVERY.toNanos();
        said.ifPresentOrElse(
                before -> say(waiting, (before.waiting() - waiting) * 1e9 / (now - before.atNanos())),
                () -> LOG.info("read model: {} records are to be read", waiting));
        said = Optional.of(new Said(now, waiting));
    }

    private static void say(long waiting, double perSecond) {
        LOG.info(
                "read model: {} records are still to be read; {} a second, {} s left",
                waiting,
                Math.round(perSecond),
                perSecond > 0 ? Math.round(waiting / perSecond) : "unknown");
    }

    @Override
    public void stop() {
        stopped.countDown();
        // Ends what is being asked.
        topic.close();
    }

    @Override
    public void close() {
        topic.close();
    }
}
