package dev.mailtide.testkit.fault;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Load: clients of a sender that post again and again, each as soon as it has its answer and a short rest. */
public final class Clients implements AutoCloseable {

    private static final Duration REST = Duration.ofMillis(20);
    private static final Duration LAST_ANSWER_MAX = Duration.ofSeconds(90);

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Sender sender;
    private final ScheduledExecutorService threads;

    /** They begin at once. */
    public Clients(Sender sender, int number) {
        this.sender = sender;
        threads = Executors.newScheduledThreadPool(number);
        for (int i = 0; i < number; i++) {
            var unused = threads.scheduleWithFixedDelay(this::post, 0, REST.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void post() {
        try {
            sender.post();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns once so many more bodies have gone this way: {@code kafka} or {@code spool}. */
    public void awaitStored(String way, int more) throws IOException, InterruptedException {
        long before = sender.stored(way);
        await().atMost(SOON).until(() -> sender.stored(way) >= before + more);
    }

    /** Returns once so many posts in all have been refused for this reason. */
    public void awaitRefused(String reason, int inAll) {
        await().atMost(SOON)
                .until(() -> sender.metric("mailtide_ingest_refused_total{reason=\"" + reason + "\"}") >= inAll);
    }

    /** Returns when each has its last answer. */
    @Override
    public void close() {
        threads.shutdown();
        await().atMost(LAST_ANSWER_MAX).until(threads::isTerminated);
    }
}
