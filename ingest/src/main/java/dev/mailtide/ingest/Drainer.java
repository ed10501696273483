package dev.mailtide.ingest;

import dev.mailtide.ingest.spool.Due;
import dev.mailtide.ingest.spool.Spool;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what the spool holds, oldest first. How many sends are on the way at once follows from the acks: one more for
 * each, less again when they are late, and one alone after a failure. So while Kafka does not answer there is one send on
 * the way, and the breaker closes only when acks come in time under load. What Kafka refuses for good is set aside, and the
 * drain goes on.
 */
final class Drainer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Drainer.class);

    private static final int FRAMES_ON_THE_WAY_MAX = 512;
    private static final int FRAMES_IF_LATE = 128;
    private static final int BYTES_ON_THE_WAY_MAX = 8 * 1024 * 1024;
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
    private static final Duration AFTER_FAILURE = Duration.ofMillis(500);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(3);

    private final Spool spool;
    private final RawProducer producer;
    private final KafkaState kafka;
    private final SpoolMeters meters;
    private final DrainProgress progress;
    private final AtomicInteger framesAllowed = new AtomicInteger(1);
    private final Semaphore frames = new Semaphore(FRAMES_ON_THE_WAY_MAX);
    private final Semaphore bytes = new Semaphore(BYTES_ON_THE_WAY_MAX);
    private final Queue<Runnable> refused = new ConcurrentLinkedQueue<>();
    private final AtomicLong pauseUntilNanos = new AtomicLong(System.nanoTime());
    private final Thread thread = new Thread(this::run, "ingest-drainer");
    private volatile boolean closing;

    Drainer(Spool spool, RawProducer producer, KafkaState kafka, SpoolMeters meters) {
        this.spool = spool;
        this.producer = producer;
        this.kafka = kafka;
        this.meters = meters;
        this.progress = new DrainProgress(spool, meters, System::nanoTime);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closing) {
            try {
                step();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                // A thread that ended would leave a spool that fills and is never drained.
                LOG.error("this should not have happened; going on", e);
                pause();
            }
        }
    }

    private void step() throws InterruptedException {
        progress.tell();
        for (Runnable next = refused.poll(); next != null; next = refused.poll()) {
            next.run();
        }
        if (!maySend()) {
            // In steps, so that a stop or an ack is noticed.
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN.toMillis() / 10);
            return;
        }
        Optional<Due> next = spool.poll(LOOK_AGAIN);
        if (next.isPresent()) {
            send(next.get());
        }
    }

    private boolean maySend() {
        if (System.nanoTime() - pauseUntilNanos.get() < 0) {
            return false;
        }
        return FRAMES_ON_THE_WAY_MAX - frames.availablePermits() < framesAllowed.get();
    }

    private void send(Due due) throws InterruptedException {
        int size = Math.min(due.entry().body().length, BYTES_ON_THE_WAY_MAX);
        frames.acquire();
        bytes.acquire(size);
        long begun = System.nanoTime();
        producer.send(due.entry(), failure -> {
            try {
                failure.ifPresentOrElse(
                        why -> failed(due, why), () -> acked(due, Duration.ofNanos(System.nanoTime() - begun)));
            } finally {
                bytes.release(size);
                frames.release();
            }
        });
    }

    private void acked(Due due, Duration took) {
        meters.drained();
        spool.acked(due.ref());
        if (kafka.acked(took)) {
            framesAllowed.updateAndGet(allowed -> Math.min(allowed + 1, FRAMES_ON_THE_WAY_MAX));
        } else {
            framesAllowed.updateAndGet(Drainer::afterLateAck);
        }
    }

    /** Late is not away: even a slow cluster is to be drained as fast as it can take. */
    private static int afterLateAck(int allowed) {
        return allowed > FRAMES_IF_LATE ? Math.max(allowed / 2, FRAMES_IF_LATE) : allowed + 1;
    }

    private void failed(Due due, Exception why) {
        if (isForGood(why)) {
            // It waits for the disk, and this is the producer's thread.
            refused.add(() -> {
                meters.refused();
                spool.setAside(due.ref(), why.getClass().getSimpleName());
            });
            LOG.error(
                    "Kafka refuses a body for good ({}); it is kept in the spool's folder aside",
                    why.getClass().getSimpleName());
        } else {
            framesAllowed.set(1);
            spool.again(due.ref());
            kafka.failed(why);
            pause();
        }
    }

    /** Whether it is the record that is wrong, so that the same would happen again. */
    private static boolean isForGood(Exception why) {
        return why instanceof RecordTooLargeException
                || why instanceof RecordBatchTooLargeException
                || why instanceof InvalidRecordException;
    }

    private void pause() {
        pauseUntilNanos.set(System.nanoTime() + AFTER_FAILURE.toNanos());
    }

    /** Sends nothing more. What is on the way has its ack by when the producer is closed, or is drained after the next start. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
