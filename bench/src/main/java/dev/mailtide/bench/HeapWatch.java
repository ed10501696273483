package dev.mailtide.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.mailtide.common.run.ResourceException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of a process of the same user, asked over its management agent, which only this machine can reach. */
final class HeapWatch implements AutoCloseable {

    private final JMXConnector connector;
    private final MemoryMXBean memory;

    private HeapWatch(JMXConnector connector) throws IOException {
        this.connector = connector;
        this.memory = ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
    }

    /**
     * Attaches to a process.
     *
     * @throws ResourceException if the process cannot be attached to
     */
    @SuppressWarnings("BanJNDI") // The address comes from a process that this one has started.
    static HeapWatch of(ChildProcess process) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
            try {
                return new HeapWatch(
                        JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())));
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new ResourceException("the heap of the measured process cannot be watched: " + e.getMessage(), e);
        }
    }

    /** What is in use after a collection of everything, which stops the process for as long as it takes. */
    long liveBytes() {
        memory.gc();
        return usedBytes();
    }

    /** What is in use, with what nobody needs any more. */
    long usedBytes() {
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** Something to do. */
    @FunctionalInterface
    interface Work<T> {
        T done() throws IOException, InterruptedException;
    }

    /**
     * What came of some work, and what was seen meanwhile.
     *
     * @param mostBytes the greatest figure, of at least one
     */
    record Watched<T>(T result, long mostBytes) {}

    /** Does the work, and looks at a figure over and over meanwhile. */
    static <T> Watched<T> during(Work<T> work, LongSupplier figure, Duration pause)
            throws IOException, InterruptedException {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<Long> most = thread.submit(() -> mostUntilInterrupted(figure, pause));
            T result = work.done();
            thread.shutdownNow();
            return new Watched<>(result, most.get());
        } catch (ExecutionException e) {
            throw new ResourceException("the heap could not be watched: " + e.getCause(), e);
        } finally {
            thread.shutdownNow();
        }
    }

    private static long mostUntilInterrupted(LongSupplier figure, Duration pause) {
        long most = figure.getAsLong();
        while (!Thread.currentThread().isInterrupted()) {
            try {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                most = Math.max(most, figure.getAsLong());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return most;
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
