package dev.mailtide.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many clients that send one byte a second each, each at its own moment of the second: half of them never come to the end
 * of their head, the others never to the end of their body. One that is cut comes again when its moment comes.
 */
final class SlowClients implements AutoCloseable {

    /** Moments of a second. */
    private static final int MOMENTS = 100;

    private final InetSocketAddress server;
    private final byte[] bodyBegun;
    private final List<SocketChannel> connections = new ArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger cut = new AtomicInteger();
    private int moment;

    /** @param path where they post to */
    SlowClients(int port, String path, int number) throws IOException {
        server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        bodyBegun = ("POST " + path + " HTTP/1.1\r\nHost: slow\r\nContent-Length: 100000\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < number; i++) {
            connections.add(connect(i));
        }
        var unused = thread.scheduleAtFixedRate(this::sendOneByteEach, 0, 1_000 / MOMENTS, TimeUnit.MILLISECONDS);
    }

    private SocketChannel connect(int index) throws IOException {
        SocketChannel connection = SocketChannel.open(server);
        connection.write(ByteBuffer.wrap(index % 2 == 0 ? "POST /w".getBytes(StandardCharsets.US_ASCII) : bodyBegun));
        connection.configureBlocking(false);
        return connection;
    }

    /** Those whose moment it is. */
    private void sendOneByteEach() {
        ByteBuffer answer = ByteBuffer.allocate(1_000);
        moment = (moment + 1) % MOMENTS;
        for (int i = moment; i < connections.size(); i += MOMENTS) {
            SocketChannel connection = connections.get(i);
            try {
                if (connection.read(answer.clear()) == 0 && connection.write(ByteBuffer.wrap(new byte[] {'x'})) == 1) {
                    continue;
                }
            } catch (IOException reset) {
                // It was cut while the byte was on its way.
            }
            cut.incrementAndGet();
            again(i);
        }
    }

    private void again(int index) {
        try {
            connections.get(index).close();
            connections.set(index, connect(index));
        } catch (IOException e) {
            throw new IllegalStateException("a slow client cannot come again", e);
        }
    }

    /** How often one of them was answered or cut. */
    int cut() {
        return cut.get();
    }

    @Override
    public void close() throws IOException {
        thread.shutdownNow();
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
