package dev.mailtide.ingest;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known of Kafka, and the breaker that follows from it. It opens after {@value #MISSES_MAX} requests in a row that
 * Kafka did not ack in time; from then on bodies go to the spool at once. It closes when Kafka has acked in time for a
 * second on end, with no ack late and none failed: the drainer's own sends are the probes. An ack that comes late closes
 * nothing, for a cluster that is slow would make each request wait; through the spool none does. Should it open again soon
 * after, the next time must be twice as long, so that a cluster that only seems to be well does not make it flap.
 */
final class KafkaState {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaState.class);

    static final int MISSES_MAX = 8;

    private static final Duration COMPLAIN_EVERY = Duration.ofSeconds(10);

    /** A failure older than this says nothing about now; without traffic there is no other way to hear of its end. */
    private static final Duration WRONG_FOR = Duration.ofSeconds(5);

    private static final Duration PROOF_LEAST = Duration.ofSeconds(1);
    private static final Duration PROOF_MOST = Duration.ofSeconds(16);

    /** Opening again within this time of closing shows that the proof was too short. */
    private static final Duration SOON_AGAIN = Duration.ofSeconds(30);

    private final Duration inTime;
    private final LongSupplier nanoTime;
    private final AtomicInteger missesInARow = new AtomicInteger();
    private final AtomicLong complainAgainNanos = new AtomicLong(System.nanoTime());
    private volatile boolean open;
    private volatile long opened;
    private volatile long missedAtNanos;
    private Duration proof = PROOF_LEAST;
    private Optional<Long> inTimeSinceNanos = Optional.empty();
    private Optional<Long> closedAtNanos = Optional.empty();
    private volatile Failure lastFailure = Failure.NONE;

    /** @param inTime how long an ack may take */
    KafkaState(Duration inTime) {
        this(inTime, System::nanoTime);
    }

    KafkaState(Duration inTime, LongSupplier nanoTime) {
        this.inTime = inTime;
        this.nanoTime = nanoTime;
    }

    /**
     * Kafka has something that was handed to the producer so long ago.
     *
     * @return whether that was in time
     */
    boolean acked(Duration took) {
        lastFailure = Failure.NONE;
        boolean timely = took.compareTo(inTime) <= 0;
        if (timely && missesInARow.get() != 0) {
            missesInARow.set(0);
        }
        if (open) {
            prove(timely);
        }
        return timely;
    }

    private synchronized void prove(boolean timely) {
        if (!open || !timely) {
            inTimeSinceNanos = Optional.empty();
            return;
        }
        long now = nanoTime.getAsLong();
        long since = inTimeSinceNanos.orElse(now);
        inTimeSinceNanos = Optional.of(since);
        if (now - since >= proof.toNanos()) {
            open = false;
            closedAtNanos = Optional.of(now);
            LOG.info("Kafka answers in time again; bodies go straight to it");
        }
    }

    /** A request waited for its ack in vain. */
    void missed() {
        missedAtNanos = nanoTime.getAsLong();
        if (missesInARow.incrementAndGet() >= MISSES_MAX && !open) {
            open();
        }
    }

    private synchronized void open() {
        if (!open) {
            long now = nanoTime.getAsLong();
            boolean again = closedAtNanos
                    .filter(closedAt -> now - closedAt < SOON_AGAIN.toNanos())
                    .isPresent();
            Duration twice = proof.multipliedBy(2);
            proof = !again ? PROOF_LEAST : twice.compareTo(PROOF_MOST) < 0 ? twice : PROOF_MOST;
            inTimeSinceNanos = Optional.empty();
            open = true;
            opened++;
            LOG.warn(
                    "Kafka has not acked {} bodies in a row within {} ms; bodies go to the spool until it does",
                    MISSES_MAX,
                    inTime.toMillis());
        }
    }

    /** The producer gave something up. */
    void failed(Exception why) {
        if (open) {
            missedAtNanos = nanoTime.getAsLong();
            prove(false);
        }
        lastFailure = new Failure(Optional.of(why.toString()), System.nanoTime());
        long now = System.nanoTime();
        long due = complainAgainNanos.get();
        if (now - due >= 0 && complainAgainNanos.compareAndSet(due, now + COMPLAIN_EVERY.toNanos())) {
            LOG.warn("Kafka did not take a body: {}", why.toString());
        }
    }

    /** Whether bodies should go to the spool at once. */
    boolean isOpen() {
        return open;
    }

    /** How often it has opened. */
    long opened() {
        return opened;
    }

    /** Why Kafka does not take bodies at present, if it does not. */
    Optional<String> problem() {
        if (open && nanoTime.getAsLong() - missedAtNanos < WRONG_FOR.toNanos()) {
            return Optional.of("no ack within " + inTime.toMillis() + " ms");
        }
        return lastFailure.current();
    }

    private record Failure(Optional<String> what, long atNanos) {

        static final Failure NONE = new Failure(Optional.empty(), 0);

        Optional<String> current() {
            return System.nanoTime() - atNanos < WRONG_FOR.toNanos() ? what : Optional.empty();
        }
    }
}
