package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolRefusedException.Reason;
import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What waits for the disk, and the answers. A write counts against the limits from when it is offered until its future is
 * completed. Futures are completed on a thread of their own, so that the next force does not wait for what hangs on them.
 */
final class Intake {

    /** Only to end the wait of whoever takes; no frame is empty. */
    private static final Write WAKE_UP =
            new Write(ByteBuffer.allocate(0), Optional.empty(), Optional.empty(), new CompletableFuture<>());

    private static final int WRITES_AT_ONCE = 4096;

    private final QueueLimits limits;
    private final BlockingQueue<Write> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger frames = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final ExecutorService answers = Executors.newSingleThreadExecutor(Intake::answersThread);
    private volatile boolean closed;

    Intake(QueueLimits limits) {
        this.limits = limits;
    }

    private static Thread answersThread(Runnable work) {
        Thread thread = new Thread(work, "spool-answers");
        thread.setDaemon(true);
        return thread;
    }

    /** Takes a write, or refuses it at once. Never blocks. */
    void offer(Write write) {
        boolean fits = frames.incrementAndGet() <= limits.framesMax();
        if (bytes.addAndGet(write.bytes()) > limits.bytesMax() || !fits) {
            release(write);
            write.refuse(Reason.BUSY, "more waits for the disk than may wait");
        } else if (closed) {
            refuseClosed(write);
        } else {
            queue.add(write);
            // Closed meanwhile, and nobody will look into the queue again: unless the writer was faster, it is ours.
            if (closed && queue.remove(write)) {
                refuseClosed(write);
            }
        }
    }

    private void refuseClosed(Write write) {
        release(write);
        write.refuse(Reason.CLOSED, "the spool is closed");
    }

    private void release(Write write) {
        frames.decrementAndGet();
        bytes.addAndGet(-write.bytes());
    }

    /** The next write; nothing if none comes within this time. */
    Optional<Write> next(Duration wait) throws InterruptedException {
        return Optional.ofNullable(queue.poll(wait.toMillis(), TimeUnit.MILLISECONDS))
                .filter(write -> write.bytes() > 0);
    }

    /** What comes next, in its order, as far as it has no more than so many bytes in all. Only for the thread that takes. */
    List<Write> nextUpTo(long bytesMax) {
        List<Write> writes = new ArrayList<>();
        long left = bytesMax;
        Write next = queue.peek();
        while (next != null && next.bytes() > 0 && next.bytes() <= left && writes.size() < WRITES_AT_ONCE) {
            writes.add(queue.remove());
            left -= next.bytes();
            next = queue.peek();
        }
        return writes;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Completes the futures, on their own thread, with where each stands. */
    void stored(List<Write> batch, List<FrameRef> refs) {
        answers.execute(() -> answerStored(batch, refs));
    }

    private void answerStored(List<Write> batch, List<FrameRef> refs) {
        for (int i = 0; i < batch.size(); i++) {
            release(batch.get(i));
            batch.get(i).answer().complete(refs.get(i));
        }
    }

    /** Completes the futures, on their own thread, with a refusal. */
    void refused(List<Write> batch, Reason reason, String why) {
        answers.execute(() -> answerRefused(batch, reason, why));
    }

    private void answerRefused(List<Write> batch, Reason reason, String why) {
        for (Write write : batch) {
            release(write);
            write.refuse(reason, why);
        }
    }

    /** Nothing new from now on; what is queued can still be taken. */
    void close() {
        closed = true;
        queue.add(WAKE_UP);
    }

    boolean isClosed() {
        return closed;
    }

    /** Refuses what nobody took, and gives every answer; waits for that, but not for ever. */
    void finish(Duration wait) throws InterruptedException {
        List<Write> left = new ArrayList<>();
        queue.drainTo(left);
        left.remove(WAKE_UP);
        refused(left, Reason.CLOSED, "the spool is closed");
        answers.shutdown();
        boolean given = answers.awaitTermination(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (!given) {
            answers.shutdownNow();
        }
    }
}
