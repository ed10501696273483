package dev.mailtide.bench;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C or SIGTERM: interrupts the thread that measures, and keeps the JVM until that has stopped its processes and
 * deleted its folder.
 */
final class Interruption {

    private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);

    private static final Duration CLEANING_MAX = Duration.ofSeconds(60);

    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread measuring;
    private final Thread hook = new Thread(this::interrupt, "stop");
    private volatile boolean happened;

    private Interruption(Thread measuring) {
        this.measuring = measuring;
    }

    static Interruption ofThisThread() {
        Interruption interruption = new Interruption(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(interruption.hook);
        return interruption;
    }

    private void interrupt() {
        happened = true;
        measuring.interrupt();
        try {
            boolean cleaned = over.await(CLEANING_MAX.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("cleaned up: {}", cleaned);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the process was told to end. */
    boolean happened() {
        return happened;
    }

    /** Everything is cleaned up. */
    void over() {
        over.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            LOG.debug("the process is ending already", e);
        }
    }
}
