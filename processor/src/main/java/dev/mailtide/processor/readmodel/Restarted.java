package dev.mailtide.processor.readmodel;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread whose work is begun anew when it fails: whatever it is, it keeps nobody else from working, and passes or is seen. */
final class Restarted implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Restarted.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration SAY_EVERY = Duration.ofSeconds(30);
    private static final Duration STOP_MAX = Duration.ofSeconds(3);

    private final String name;
    private final Supplier<? extends Work> works;
    private final Runnable onFailure;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile Optional<Work> now = Optional.empty();
    private long sayFromNanos = System.nanoTime();

    /**
     * What it does.
     *
     * <p>{@code run} goes on until it fails or is stopped; {@code stop} is for any thread, and makes it fail; {@code close}
     * is for the thread itself.
     */
    interface Work extends AutoCloseable {
        void run() throws InterruptedException;

        void stop();

        @Override
        void close();
    }

    private Restarted(String name, Supplier<? extends Work> works, Runnable onFailure) {
        this.name = name;
        this.works = works;
        this.onFailure = onFailure;
        this.thread = new Thread(this::loop, name);
        thread.setDaemon(true);
    }

    /**
     * Begins.
     *
     * @param name of the thread
     * @param works makes the work, each time anew
     * @param onFailure is told of each failure
     */
    static Restarted start(String name, Supplier<? extends Work> works, Runnable onFailure) {
        Restarted started = new Restarted(name, works, onFailure);
        started.thread.start();
        return started;
    }

    private void loop() {
        try {
            do {
                workOnce();
            } while (!stopping.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void workOnce() throws InterruptedException {
        try (Work work = works.get()) {
            now = Optional.of(work);
            if (stopping.getCount() > 0) {
                work.run();
            }
        } catch (RuntimeException e) {
            if (stopping.getCount() > 0) {
                onFailure.run();
                say(e);
            }
        } finally {
            now = Optional.empty();
        }
    }

    private void say(RuntimeException failure) {
        long time = System.nanoTime();
        if (time - sayFromNanos >= 0) {
            sayFromNanos = time + SAY_EVERY.toNanos();
            // Messages of exceptions can quote records; classes cannot.
            LOG.warn(
                    "{} failed with {}{}; it goes on in a second, and this is not said again within {} s",
                    name,
                    failure.getClass().getSimpleName(),
                    failure.getCause() == null
                            ? ""
                            : " < " + failure.getCause().getClass().getSimpleName(),
                    SAY_EVERY.toSeconds());
        }
        LOG.debug("{}: the failure in full", name, failure);
    }

    @Override
    public void close() {
        stopping.countDown();
        now.ifPresent(Work::stop);
        try {
            thread.join(STOP_MAX.toMillis());
            if (thread.isAlive()) {
                thread.interrupt();
                thread.join(STOP_MAX.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
