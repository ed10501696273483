package dev.mailtide.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One keep-alive connection of the load generator: at most one request on its way at a time. */
final class Connection {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final InetSocketAddress server;
    private final Selector selector;
    private final AnswerReader answer = new AnswerReader();

    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private ByteBuffer unsent = NOTHING;
    private boolean busy;
    private long dueNanos;

    Connection(InetSocketAddress server, Selector selector) {
        this.server = server;
        this.selector = selector;
    }

    /** Connects, waiting for it: on the loopback address that is done or refused at once, but for a server that is busy. */
    void open(int connectMillisMax) throws IOException {
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        fresh.socket().connect(server, connectMillisMax);
        fresh.configureBlocking(false);
        key = fresh.register(selector, SelectionKey.OP_READ, this);
    }

    boolean isOpen() {
        return channel != null && key != null;
    }

    /** Whether a request is on its way. */
    boolean isBusy() {
        return busy;
    }

    /** When the request that is on its way was due. */
    long dueNanos() {
        return dueNanos;
    }

    /** Begins to send; the buffer is used up, the bytes behind it stay as they are. */
    void send(ByteBuffer request, long due) throws IOException {
        answer.next();
        busy = true;
        dueNanos = due;
        unsent = request;
        write(opened(channel), opened(key));
    }

    /**
     * Goes on with what the selector says is possible.
     *
     * @return the status of a whole answer, or {@link AnswerReader#INCOMPLETE}
     * @throws IOException if the server closed the connection, or answered with something else than HTTP
     */
    int proceed() throws IOException {
        if (unsent.hasRemaining()) {
            write(opened(channel), opened(key));
        }
        int status = answer.read(opened(channel));
        if (status != AnswerReader.INCOMPLETE) {
            busy = false;
            if (answer.isClosing()) {
                close();
            }
        }
        return status;
    }

    private void write(SocketChannel to, SelectionKey interest) throws IOException {
        to.write(unsent);
        int wanted = unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (interest.interestOps() != wanted) {
            interest.interestOps(wanted);
        }
    }

    private static <T> T opened(@Nullable T part) throws IOException {
        if (part == null) {
            throw new IOException("not connected");
        }
        return part;
    }

    /** Gives the connection up; it can be opened again. */
    void close() {
        busy = false;
        unsent = NOTHING;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            LOG.debug("a socket did not close", e);
        }
        channel = null;
        key = null;
    }
}
