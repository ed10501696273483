package dev.mailtide.processor.fanout;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.TopicMismatch;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes routes as long as this instance is the one that shall, on a thread of its own. That only one shall is no promise:
 * one that hangs can believe it for longer. That only one can is: a {@link RouteTerm} begins by shutting out all before it.
 */
final class RouteWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RouteWriter.class);

    private static final Duration REST = Duration.ofMillis(200);
    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration END_MAX = Duration.ofSeconds(3);

    private final RouteTerm.Means means;
    private final BooleanSupplier isWaitedFor;
    private final SaidLately saidLately = new SaidLately(System::nanoTime);
    private final Thread thread = new Thread(this::run, "fan-out-routes-writer");
    private BooleanSupplier shallWrite = () -> false;
    private Optional<RouteTerm> term = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();
    private volatile boolean isWriting;
    private volatile boolean stopping;

    /** @param isWaitedFor whether events wait for routes: then a problem has not passed when a term begins without one */
    RouteWriter(RouteTerm.Means means, BooleanSupplier isWaitedFor) {
        this.means = means;
        this.isWaitedFor = isWaitedFor;
        // It may be waiting for a Kafka that is away, and nobody waits for it then.
        thread.setDaemon(true);
    }

    /** @param shall whether this instance is the one */
    void start(BooleanSupplier shall) {
        shallWrite = shall;
        thread.start();
    }

    /** Whether it is this instance that writes. */
    boolean isWriting() {
        return isWriting;
    }

    /** Why it cannot write, if it shall and cannot. */
    Optional<String> problem() {
        return problem;
    }

    private void run() {
        while (!stopping) {
            try {
                turn();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                LOG.info("another instance writes the routes of domains now");
                end();
                LockSupport.parkNanos(REST_AFTER_FAILURE.toNanos());
            } catch (KafkaException | ExecutionException | TimeoutException | ResourceException | TopicMismatch e) {
                fail(e);
            } catch (RuntimeException e) {
                LOG.error("writing routes failed with {}", e.getClass().getName());
                fail(e);
            }
        }
        end();
    }

    private void fail(Exception e) {
        String what = "cannot write the routes of domains ("
                + (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName() + ")";
        if (problem.isEmpty() && saidLately.isNews(what)) {
            LOG.warn("{}; trying again", what);
        }
        LOG.debug("the failure in full", e);
        problem = Optional.of(what);
        end();
        LockSupport.parkNanos(REST_AFTER_FAILURE.toNanos());
    }

    private void turn() throws ExecutionException, TimeoutException, InterruptedException {
        if (!shallWrite.getAsBoolean()) {
            end();
            calmDown();
            LockSupport.parkNanos(REST.toNanos());
            return;
        }
        if (term.isEmpty()) {
            term = Optional.of(RouteTerm.begin(means));
            isWriting = true;
            LOG.info("this instance writes the routes of domains");
        }
        if (term.get().turn()) {
            calmDown();
        } else {
            LOG.warn("the topics of routes are not the ones from before; writing all routes again that they lack");
            end();
        }
    }

    /** That there is nothing to write, or that this instance is not the one for a moment, mends nothing. */
    private void calmDown() {
        if (!isWaitedFor.getAsBoolean()) {
            problem = Optional.empty();
        }
    }

    private void end() {
        isWriting = false;
        term.ifPresent(RouteTerm::close);
        term = Optional.empty();
    }

    @Override
    public void close() {
        stopping = true;
        try {
            thread.join(END_MAX.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
