package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a service until the process is told to end: by SIGTERM or SIGINT (exit 0), or by the service itself when it cannot
 * go on (exit 1). The JVM would end with 143 after a SIGTERM, so the hook itself ends the process when all is stopped.
 * A signal while it is ending ends it at once (exit 1), but not within {@link #SAME_SIGNAL}: a supervisor may tell a process
 * and its group, and a terminal tells a script and what it started.
 */
final class Foreground {

    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    private static final Duration START_MAX = Duration.ofSeconds(15);
    private static final Duration STOP_MAX = Duration.ofSeconds(28);
    private static final Duration SAME_SIGNAL = Duration.ofSeconds(1);

    private volatile boolean ending;
    private volatile ExitCode exit = ExitCode.DONE;
    private volatile Optional<AutoCloseable> service = Optional.empty();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);

    /** Starts a service; it is handed what to call when it cannot go on. */
    @FunctionalInterface
    interface Start {
        AutoCloseable start(Foreground process) throws Exception;
    }

    /** Ends the process. The only place that does. */
    static void exit(int code) {
        System.exit(code);
    }

    /** Starts the service and waits for the end of the process; returns only if the start fails, by its exception. */
    void run(Start start) throws Exception {
        Thread hook = new Thread(this::stop, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            service = Optional.of(start.start(this));
        } catch (Exception | LinkageError e) {
            if (!ending) {
                // The exit code is the caller's then, and there is nothing to stop.
                withdraw(hook);
                throw e;
            }
            // Told to end while it starts: classes that add a hook of their own can no longer be loaded.
            LOG.debug("the start was broken off", e);
        } finally {
            started.countDown();
        }
        never.await();
    }

    private static void withdraw(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            LOG.debug("the process is ending already", alreadyEnding);
        }
    }

    /** The service cannot go on: say why, and end with 1. */
    void giveUp(String why) {
        LOG.error("giving up: {}", why);
        exit = ExitCode.FAILED;
        // Not on the caller's thread: stopping waits for it.
        new Thread(() -> exit(ExitCode.FAILED.code()), "give-up").start();
    }

    private void stop() {
        ending = true;
        long sinceNanos = System.nanoTime();
        StopSignals.handleBy(() -> endAtOnce(sinceNanos));
        // What was answered 200 is on Kafka, so ending in the middle loses nothing; hanging would.
        Thread watchdog = new Thread(this::endAfterAll, "stop-watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
        try {
            // Told to end while it starts: what is half built can only be stopped when it stands.
            boolean stands = started.await(START_MAX.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("stopping; started: {}", stands);
            if (service.isPresent()) {
                service.get().close();
            }
        } catch (Exception e) {
            LOG.error("stopping failed", e);
            exit = ExitCode.FAILED;
        }
        Runtime.getRuntime().halt(exit.code());
    }

    private static void endAtOnce(long sinceNanos) {
        if (System.nanoTime() - sinceNanos > SAME_SIGNAL.toNanos()) {
            LOG.error("told to end a second time; ending at once");
            Runtime.getRuntime().halt(ExitCode.FAILED.code());
        }
    }

    private void endAfterAll() {
        try {
            TimeUnit.MILLISECONDS.sleep(STOP_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.error("not stopped within {} s; ending all the same", STOP_MAX.toSeconds());
        Runtime.getRuntime().halt(exit.code());
    }
}
