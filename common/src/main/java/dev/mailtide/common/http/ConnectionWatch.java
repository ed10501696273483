package dev.mailtide.common.http;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mailtide.common.run.Meters;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SelectorManager.AcceptListener;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts connections that take and give nothing. Jetty's own idle time-out begins anew with every byte, so a client that
 * sends one byte a second would never meet it.
 *
 * <p>A connection is in a request, or it is between two: then it is idle until a byte comes, and from there on it sends a
 * head. Jetty tells of the begin and the end of a request, and counts bytes; twice a second one task looks at all
 * connections and closes those that have been idle, or at one head, for too long. A new connection counts as sending a
 * head from the start, which covers a slow TLS handshake. Inside a request, only its answer is looked at: a client that does
 * not read holds a thread that writes, so it is cut when nothing could be written for as long as a head may take. Who
 * reads the body sets its limits.
 *
 * <p>Beyond the greatest number of connections a new one is closed as soon as it is accepted. From nine tenths of it on,
 * waiting connections are given one second only, so that a crowd of silent ones makes room for those that speak.
 */
final class ConnectionWatch extends Handler.Wrapper implements AcceptListener, Connection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionWatch.class);

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration CROWDED_WAIT = Duration.ofSeconds(1);

    private final int connectionsMax;
    private final long headerNanos;
    private final long idleNanos;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Map<Connection, Stage> stages = new ConcurrentHashMap<>();
    private final Counter refused;
    private final Counter slowHeads;
    private final Counter idle;
    private final Counter unread;
    private volatile boolean lastAnswers;
    private volatile boolean closing;

    ConnectionWatch(HttpLimits limits, Meters meters) {
        this.connectionsMax = Math.min(limits.connectionsMax(), filesLeft(limits.connectionsMax()));
        this.headerNanos = limits.headerWait().toNanos();
        this.idleNanos = limits.idleWait().toNanos();
        meters.gauge("mailtide.http.connections", "Connections that are open", accepted::get);
        meters.gauge("mailtide.http.connections.max", "Connections that may be open", () -> connectionsMax);
        this.refused = cut(meters, "too-many-connections");
        this.slowHeads = cut(meters, "head-too-slow");
        this.idle = cut(meters, "idle");
        this.unread = cut(meters, "answer-not-read");
    }

    private static Counter cut(Meters meters, String reason) {
        return meters.counter("mailtide.http.cut", "Connections that were closed by a limit", "reason", reason);
    }

    /** Three quarters of the files that the process may still open: the rest is for Kafka and the disk. */
    private static int filesLeft(int wanted) {
        if (!(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system)) {
            return wanted;
        }
        long most = system.getMaxFileDescriptorCount();
        long left = Math.max(1, (most - system.getOpenFileDescriptorCount()) * 3 / 4);
        if (left < wanted) {
            LOG.warn(
                    "only {} connections can be open, since the process may open {} files; raise ulimit -n",
                    left,
                    most);
        }
        return (int) Math.min(left, wanted);
    }

    /** From now on every answer closes its connection, so that clients and proxies go elsewhere. */
    void lastAnswers() {
        lastAnswers = true;
    }

    /** From now on a connection that is between two requests is closed, so that the stop waits only for those in one. */
    void closeIdle() {
        closing = true;
        cutWhatIsDue();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        lookAgain();
    }

    private void lookAgain() {
        Scheduler scheduler = getServer().getScheduler();
        scheduler.schedule(this::look, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            cutWhatIsDue();
        } finally {
            if (isRunning()) {
                lookAgain();
            }
        }
    }

    private void cutWhatIsDue() {
        long now = System.nanoTime();
        boolean crowded = accepted.get() > connectionsMax / 10 * 9;
        long headMax = crowded ? Math.min(headerNanos, CROWDED_WAIT.toNanos()) : headerNanos;
        long idleMax = crowded ? Math.min(idleNanos, CROWDED_WAIT.toNanos()) : idleNanos;
        stages.forEach((connection, stage) -> closeIfDue(connection, stage, now, headMax, idleMax));
    }

    private void closeIfDue(Connection connection, Stage stage, long now, long headMax, long idleMax) {
        switch (stage.at(connection, now)) {
            case IN_REQUEST -> {}
            case IN_ANSWER -> closeAfter(headerNanos, unread, connection, stage, now);
            case IN_HEAD -> closeAfter(headMax, slowHeads, connection, stage, now);
            case IDLE -> {
                if (closing) {
                    connection.getEndPoint().close();
                } else {
                    closeAfter(idleMax, idle, connection, stage, now);
                }
            }
        }
    }

    private static void closeAfter(long nanosMax, Counter reason, Connection connection, Stage stage, long now) {
        // One that is closed already stays known until its request has noticed.
        if (stage.nanosUntil(now) > nanosMax && connection.getEndPoint().isOpen()) {
            reason.increment();
            connection.getEndPoint().close();
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Connection connection = request.getConnectionMetaData().getConnection();
        Stage stage = stages.get(connection);
        if (stage != null) {
            boolean interim = request.getHeaders().contains(HttpHeader.EXPECT);
            stage.begin(connection.getMessagesOut() + (interim ? 2 : 1));
            Request.addCompletionListener(request, failure -> stage.end(connection.getBytesIn()));
        }
        if (lastAnswers) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
        return super.handle(request, response, callback);
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        if (accepted.incrementAndGet() > connectionsMax) {
            refused.increment();
            try {
                channel.close();
            } catch (IOException e) {
                LOG.debug("closing a connection that is too many", e);
            }
        }
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        accepted.decrementAndGet();
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        accepted.decrementAndGet();
    }

    @Override
    public void onOpened(Connection connection) {
        // A connection with TLS comes twice, once for each layer: only the one that speaks HTTP has requests.
        if (connection instanceof ConnectionMetaData) {
            stages.put(connection, new Stage(System.nanoTime()));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        stages.remove(connection);
    }

    private enum Place {
        IN_REQUEST,
        IN_ANSWER,
        IN_HEAD,
        IDLE
    }

    /** Where one connection is. Begin and end come from Jetty's threads, the rest from the task that looks. */
    private static final class Stage {

        private boolean inRequest;
        private boolean inHead = true;
        private long bytesBefore;
        private long sinceNanos;
        private long messagesWithAnswer;
        private long bytesOut = -1;

        Stage(long now) {
            this.sinceNanos = now;
        }

        /** @param messagesWithAnswer messages that are sent once the answer has begun; 100 Continue is one, too */
        synchronized void begin(long messagesWithAnswer) {
            this.messagesWithAnswer = messagesWithAnswer;
            bytesOut = -1;
            inRequest = true;
        }

        synchronized void end(long bytesIn) {
            bytesBefore = bytesIn;
            inHead = false;
            sinceNanos = System.nanoTime();
            inRequest = false;
        }

        synchronized Place at(Connection connection, long now) {
            if (inRequest) {
                return connection.getMessagesOut() < messagesWithAnswer ? Place.IN_REQUEST : inAnswer(connection, now);
            }
            if (!inHead && connection.getBytesIn() > bytesBefore) {
                inHead = true;
                sinceNanos = now;
            }
            return inHead ? Place.IN_HEAD : Place.IDLE;
        }

        private Place inAnswer(Connection connection, long now) {
            if (connection.getBytesOut() != bytesOut) {
                bytesOut = connection.getBytesOut();
                sinceNanos = now;
            }
            return Place.IN_ANSWER;
        }

        synchronized long nanosUntil(long now) {
            return now - sinceNanos;
        }
    }
}
