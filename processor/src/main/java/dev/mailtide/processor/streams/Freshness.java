package dev.mailtide.processor.streams;

import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Up to which time everything has been counted, asked of Kafka ({@link WayView}): the time of the question if
 * nothing is waiting on any topic of the way, else the append time of the oldest raw record that is, or an earlier time at
 * which less was waiting ({@link Passage}). The topics are asked in the order in which a record passes them, so that a record on the
 * move is seen at least once. While something waits, each topic behind the first makes the answer as old again as the time
 * between two questions, so they are asked again after a tenth of a second then, and once a second while nothing does.
 *
 * <p>After a start no earlier look helps. Then everything that waits on the topics behind the first is read once, since it
 * stands there in no order of time; in the first, raw records stand in the order in which they were appended.
 *
 * <p>What an open transaction holds back is not at the end yet for those who count. That passes within a commit interval;
 * a transaction that nobody ends holds it back for ever, and what is behind it waits to be counted, too.
 *
 * <p>When Kafka does not answer, the last answer stands: it stays true, and grows old. It also stands for a moment after
 * this process stood still: Kafka then tells how far the group is, and that may be another process by now.
 *
 * <p>A stream thread that hangs needs no mark of its own: it commits nothing, so what comes behind it waits, and ten seconds
 * after that was appended every answer is stale, minutes before the watchdog ends the process. While nothing comes, there is
 * nothing that its answers lack, and the watchdog ends it before its group gives its partitions to another process.
 */
public final class Freshness implements AutoCloseable {

    /** Every answer that is older than this, whatever it rests on, says that it is stale. */
    public static final Duration STALE_AFTER = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Freshness.class);

    private static final Duration ASK_EVERY = Duration.ofMillis(100);
    private static final Duration ASK_AT_REST_EVERY = Duration.ofSeconds(1);
    private static final Duration END_MAX = Duration.ofSeconds(2);
    private static final Duration STUCK_AFTER = Duration.ofSeconds(60);

    /** A process that stood still for so long may have been given up, and others count on what it holds. */
    private static final Duration STOOD_STILL = Duration.ofSeconds(5);

    /** Within this time it hears of that from its group. */
    private static final Duration HEARS_WITHIN = Duration.ofSeconds(3);

    /** Reading everything that waits takes its share of what has to be done about it, so it is not tried again at once. */
    private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(15);

    private final List<String> way;
    private final InstantSource clock;
    private final WayView view;
    private final Map<String, Passage> passages = new HashMap<>();
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(new Thread(task, "freshness")));
    private volatile Optional<Instant> asOf = Optional.empty();
    private volatile Instant movedAt;
    private volatile long lag;
    private long readAllFromNanos = System.nanoTime();
    private long askedAtNanos = System.nanoTime();
    private long believedFromNanos = askedAtNanos;
    private long askAgainFromNanos = askedAtNanos;

    /**
     * @param group the consumer group whose progress counts
     * @param way the topics that a record passes until it is counted, in that order
     */
    public Freshness(KafkaAccess kafka, String group, List<String> way, InstantSource clock) {
        this.way = List.copyOf(way);
        this.clock = clock;
        this.movedAt = clock.instant();
        this.view = new WayView(kafka, group);
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    /** Begins to ask. */
    public void start() {
        var unused = thread.scheduleWithFixedDelay(this::ask, 0, ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Up to when everything is counted; nothing before the first answer. */
    public Optional<Instant> asOf() {
        return asOf;
    }

    /** Whether an answer as of then must be called stale. */
    public boolean isStale(Instant then) {
        return then.isBefore(clock.instant().minus(STALE_AFTER));
    }

    /** Whether counting stands still though there is something to count: the one thing that no state of Streams tells. */
    public Optional<String> problem() {
        Duration still = Duration.between(movedAt, clock.instant());
        return still.compareTo(STUCK_AFTER) > 0
                ? Optional.of("nothing has been counted for " + still.toSeconds() + " s")
                : Optional.empty();
    }

    /** Records waiting on all topics of the way at the last check. */
    public long lag() {
        return lag;
    }

    private void ask() {
        long begin = System.nanoTime();
        if (begin - askAgainFromNanos < 0) {
            return;
        }
        // Nor is Kafka asked more often while it does not answer.
        askAgainFromNanos = begin + ASK_AT_REST_EVERY.toNanos();
        try {
            Optional<Instant> now = check();
            if (isAfterStandstill() || now.isEmpty()) {
                return;
            }
            if (asOf.isEmpty() || now.get().isAfter(asOf.get())) {
                movedAt = clock.instant();
            }
            asOf = now;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            if (thread.isShutdown()) {
                return;
            }
            // The thread must not end by a mistake of ours, unseen.
            LOG.warn("cannot tell how fresh the answers are: {}", e.getClass().getSimpleName());
            LOG.debug("the failure in full", e);
        }
    }

    private boolean isAfterStandstill() {
        long now = System.nanoTime();
        if (asOf.isPresent() && now - askedAtNanos > STOOD_STILL.toNanos()) {
            believedFromNanos = now + HEARS_WITHIN.toNanos();
        }
        askedAtNanos = now;
        return now - believedFromNanos < 0;
    }

    /** Up to when everything is counted; nothing if that is not known. */
    private Optional<Instant> check() throws InterruptedException, ExecutionException, TimeoutException {
        Instant begin = clock.instant();
        Instant oldest = begin;
        Optional<Instant> passed = Optional.empty();
        List<WayView.Sight> unordered = new ArrayList<>();
        long waiting = 0;
        for (String topic : way) {
            // Raw records stand in the order of their append times, so there the first one tells.
            boolean isRaw = topic.equals(way.get(0));
            WayView.Sight sight = view.look(topic, isRaw);
            waiting += sight.waiting();
            Instant before = oldest;
            oldest = sight.oldest().filter(before::isAfter).orElse(before);
            if (isRaw) {
                passed = Optional.of(oldest);
            } else {
                unordered.add(sight);
                passed = passages.computeIfAbsent(topic, unused -> new Passage())
                        .look(passed, sight.openEnds(), sight.firstWaiting());
            }
        }
        lag = waiting;
        Optional<Instant> sure = passed.or(() -> asOf);
        Instant most = oldest;
        Optional<Instant> counted =
                sure.isPresent() ? sure.map(time -> time.isBefore(most) ? time : most) : leastOf(unordered, most);
        if (!counted.equals(Optional.of(begin))) {
            askAgainFromNanos = System.nanoTime();
        }
        return counted;
    }

    /** The least time of all that waited, or this one. */
    private Optional<Instant> leastOf(List<WayView.Sight> sights, Instant most) throws TimeoutException {
        if (System.nanoTime() - readAllFromNanos < 0) {
            return Optional.empty();
        }
        readAllFromNanos = System.nanoTime() + READ_AGAIN_AFTER.toNanos();
        Instant least = most;
        for (WayView.Sight sight : sights) {
            Instant before = least;
            least = view.leastWaiting(sight).filter(before::isAfter).orElse(before);
        }
        return Optional.of(least);
    }

    /**
     * Ends the question that is being asked, if one is. What asks Kafka is closed by the thread that uses it, since only that
     * one may, so it is also closed when nobody waits for it any more.
     */
    @Override
    public void close() {
        if (thread.isShutdown()) {
            return;
        }
        thread.execute(view::close);
        thread.shutdown();
        view.interrupt();
        try {
            boolean ended = thread.awaitTermination(END_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                LOG.warn("the freshness check did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
