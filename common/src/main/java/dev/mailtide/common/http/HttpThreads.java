package dev.mailtide.common.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.ExecutionStrategy;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The threads that serve requests, and no others. When a request fails outside of a thread (its client left, sent nonsense, or
 * fell silent), Jetty 12.1.12 asks the pool for a reserved thread, and starts a new one if none is left: with 2,000 clients
 * that leave together, hundreds were seen. Here such work waits for one of a few threads of its own; not for those of the
 * pool, since it may be what frees them.
 */
final class HttpThreads extends QueuedThreadPool {

    private static final int LEAST = 8;
    private static final int FOR_FAILURES = 4;
    private static final int IDLE_SECONDS = 60;

    private final ThreadPoolExecutor failures = new ThreadPoolExecutor(
            FOR_FAILURES, FOR_FAILURES, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());

    HttpThreads(int threadsMax) {
        super(threadsMax, Math.min(LEAST, threadsMax));
        setName("http");
        failures.allowCoreThreadTimeOut(true);
        failures.setThreadFactory(task -> new Thread(task, "http-failures"));
    }

    @Override
    public boolean tryExecute(Runnable task) {
        // A strategy asks whether a thread is free to go on selecting, and knows what to do when none is.
        if (super.tryExecute(task)) {
            return true;
        }
        if (task instanceof ExecutionStrategy || failures.isShutdown()) {
            return false;
        }
        failures.execute(task);
        return true;
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        failures.shutdown();
    }
}
