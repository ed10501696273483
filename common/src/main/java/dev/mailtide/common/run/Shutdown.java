package dev.mailtide.common.run;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was started, to be stopped in reverse. A step that fails is logged and does not keep the others from running.
 * Stopping twice does nothing the second time.
 */
public final class Shutdown implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    private final String service;
    private final Deque<Step> steps = new ArrayDeque<>();

    /** @param service the name in the log */
    public Shutdown(String service) {
        this.service = service;
    }

    /** Adds what undoes the last start; it will run before all that were added earlier. */
    public synchronized void onStop(String what, AutoCloseable action) {
        steps.push(new Step(what, action));
    }

    /** Runs all steps, the last added first. */
    @Override
    public synchronized void close() {
        while (!steps.isEmpty()) {
            steps.pop().run(service);
        }
    }

    private record Step(String what, AutoCloseable action) {

        void run(String service) {
            long start = System.nanoTime();
            try {
                action.close();
                LOG.info("{}: {} ({} ms)", service, what, (System.nanoTime() - start) / 1_000_000);
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                LOG.error("{}: failed to {}; going on with the rest of the stop", service, what, e);
            }
        }
    }
}
