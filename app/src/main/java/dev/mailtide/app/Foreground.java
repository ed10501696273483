package dev.mailtide.app;

import dev.mailtide.common.run.ExitCode;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a service until the process is told to end: by SIGTERM or SIGINT (exit 0), or by the service itself when it cannot
 * go on (exit 1). The JVM would end with 143 after a SIGTERM, so the hook itself ends the process when all is stopped.
 */
final class Foreground {

    private static final Logger LOG = LoggerFactory.getLogger(Foreground.class);

    private volatile ExitCode exit = ExitCode.DONE;
    private volatile Optional<AutoCloseable> service = Optional.empty();
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
        AutoCloseable started = start.start(this);
        service = Optional.of(started);
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        never.await();
    }

    /** The service cannot go on: say why, and end with 1. */
    void giveUp(String why) {
        LOG.error("giving up: {}", why);
        exit = ExitCode.FAILED;
        // Not on the caller's thread: stopping waits for it.
        new Thread(() -> exit(ExitCode.FAILED.code()), "give-up").start();
    }

    private void stop() {
        try {
            if (service.isPresent()) {
                service.get().close();
            }
        } catch (Exception e) {
            LOG.error("stopping failed", e);
            exit = ExitCode.FAILED;
        }
        Runtime.getRuntime().halt(exit.code());
    }
}
