package dev.mailtide.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A load generator for HTTP/1.1 on one thread: keep-alive, no pipelining, every request rendered beforehand.
 *
 * <p>There are HTTP clients on the class path, but they allocate, queue and hand over between threads for each request,
 * and would cost as much as the server that is measured. On two cores that would be measuring the client. What is left
 * here is one write, one read and a look at the status for each request.
 */
public final class LoadClient {

    /** Longer than ingest ever waits before it answers. */
    private static final Duration LAST_ANSWER_MAX = Duration.ofSeconds(15);

    private static final int FIRST_CONNECT_MILLIS_MAX = 10_000;
    private static final int CONNECT_MILLIS_MAX = 1_000;
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(100);
    private static final int OK = 200;
    private static final long LOOK_EVERY_MILLIS = 10;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Measurement measurement;
    private final Schedule schedule;
    private final Selector selector;
    private final Supplier<ByteBuffer> requests;
    private final List<Connection> connections = new ArrayList<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Deque<Connection> closed = new ArrayDeque<>();

    private long openAgainNanos;

    /** Opens the connections, and only then begins to count: a server whose backlog is full lets some of them wait. */
    private LoadClient(Load load, Supplier<ByteBuffer> requests, Supplier<Duration> cpu, Selector selector) {
        this.selector = selector;
        this.requests = requests;
        for (int i = 0; i < load.connections(); i++) {
            Connection connection = new Connection(load.server(), selector);
            connections.add(connection);
            (isOpened(connection, FIRST_CONNECT_MILLIS_MAX) ? idle : closed).add(connection);
        }
        long now = System.nanoTime();
        this.measurement = new Measurement(now, load.warmUp(), load.window(), cpu);
        this.schedule = load.perSecond() == 0 ? Schedule.closed() : Schedule.open(now, load.perSecond());
        this.openAgainNanos = now;
    }

    /**
     * Sends the bodies over and over until the time is up, then waits for the last answers.
     *
     * @param cpu processor time that the server has used
     * @throws IOException if this machine has no more sockets
     * @throws InterruptedException if told to stop
     */
    public static Slice run(Load load, List<byte[]> bodies, Supplier<Duration> cpu)
            throws IOException, InterruptedException {
        return run(load, new InTurn(load.path(), bodies), cpu);
    }

    /**
     * Sends a new body each time until the time is up, then waits for the last answers. Making them costs time on the one
     * thread, so this is for rates that one thread reaches anyway.
     *
     * @param cpu processor time that the server has used
     * @throws IOException if this machine has no more sockets
     * @throws InterruptedException if told to stop
     */
    static Slice runFresh(Load load, Supplier<byte[]> bodies, Supplier<Duration> cpu)
            throws IOException, InterruptedException {
        return run(load, () -> request(load.path(), bodies.get(), ByteBuffer::allocate), cpu);
    }

    private static Slice run(Load load, Supplier<ByteBuffer> requests, Supplier<Duration> cpu)
            throws IOException, InterruptedException {
        try (Selector selector = Selector.open()) {
            return new LoadClient(load, requests, cpu, selector).run();
        }
    }

    /** The same requests over and over, rendered once. */
    private static final class InTurn implements Supplier<ByteBuffer> {

        private final List<ByteBuffer> all;
        private int next;

        InTurn(String path, List<byte[]> bodies) {
            this.all = bodies.stream()
                    .map(body -> request(path, body, ByteBuffer::allocateDirect))
                    .toList();
        }

        @Override
        public ByteBuffer get() {
            ByteBuffer request = all.get(next).duplicate();
            next = (next + 1) % all.size();
            return request;
        }
    }

    private static ByteBuffer request(String path, byte[] body, IntFunction<ByteBuffer> allocate) {
        byte[] head = ("POST " + path
                        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        return allocate.apply(head.length + body.length).put(head).put(body).flip();
    }

    private Slice run() throws IOException, InterruptedException {
        try {
            while (!measurement.isOver()) {
                long now = System.nanoTime();
                measurement.look(now);
                openClosed(now);
                sendDue(now);
                select(waitMillis(System.nanoTime()));
            }
            awaitLastAnswers(System.nanoTime() + LAST_ANSWER_MAX.toNanos());
            return measurement.result();
        } finally {
            connections.forEach(Connection::close);
        }
    }

    private void openClosed(long now) {
        while (!closed.isEmpty() && now - openAgainNanos >= 0) {
            if (isOpened(closed.element(), CONNECT_MILLIS_MAX)) {
                idle.add(closed.remove());
            } else {
                openAgainNanos = now + PAUSE_AFTER_REFUSAL.toNanos();
            }
        }
    }

    private static boolean isOpened(Connection connection, int connectMillisMax) {
        try {
            connection.open(connectMillisMax);
            return true;
        } catch (IOException e) {
            connection.close();
            return false;
        }
    }

    private void sendDue(long now) {
        while (!idle.isEmpty() && schedule.nanosUntilDue(now) <= 0) {
            send(idle.remove(), now);
        }
    }

    private void send(Connection connection, long now) {
        try {
            connection.send(requests.get(), schedule.take(now));
        } catch (IOException e) {
            lose(connection);
        }
    }

    private long waitMillis(long now) {
        if (idle.isEmpty()) {
            return LOOK_EVERY_MILLIS;
        }
        long untilDue = schedule.nanosUntilDue(now);
        return untilDue <= 0 ? 0 : Math.min(LOOK_EVERY_MILLIS, untilDue / NANOS_PER_MILLI + 1);
    }

    private void select(long millis) throws IOException, InterruptedException {
        if (millis == 0) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, millis);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("told to stop");
        }
    }

    private void ready(SelectionKey key) {
        Connection connection = (Connection) key.attachment();
        try {
            int status = connection.proceed();
            if (status != AnswerReader.INCOMPLETE) {
                answered(connection, status);
            }
        } catch (IOException e) {
            lose(connection);
        }
    }

    private void answered(Connection connection, int status) {
        long now = System.nanoTime();
        if (status == OK) {
            measurement.acked(connection.dueNanos(), now);
        } else {
            measurement.refused();
        }
        if (!connection.isOpen()) {
            closed.add(connection);
        } else if (!measurement.isOver() && schedule.nanosUntilDue(now) <= 0) {
            send(connection, now);
        } else {
            idle.add(connection);
        }
    }

    private void lose(Connection connection) {
        if (connection.isBusy()) {
            measurement.unanswered();
        } else {
            idle.remove(connection);
        }
        connection.close();
        closed.add(connection);
    }

    private void awaitLastAnswers(long deadline) throws IOException, InterruptedException {
        while (connections.stream().anyMatch(Connection::isBusy) && System.nanoTime() - deadline < 0) {
            select(LOOK_EVERY_MILLIS);
        }
        connections.stream().filter(Connection::isBusy).forEach(gaveNoAnswer -> measurement.unanswered());
    }
}
