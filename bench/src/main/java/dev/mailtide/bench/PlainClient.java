package dev.mailtide.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Asks one question after the other on a connection that it keeps, and hands on each answer piece by piece. It allocates next to
 * nothing and has no threads, so that on the same processors it costs the server little. Not safe for several threads.
 */
final class PlainClient implements AutoCloseable {

    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 10_000;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int HEAD_LINES_MAX = 100;
    private static final int STATUS_FROM = 9;
    private static final int STATUS_TO = 12;
    private static final int HEX = 16;

    private final InetSocketAddress server;
    private final String token;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private Socket socket = new Socket();
    private int next;
    private int end;

    /** Connects when the first question is asked. */
    PlainClient(InetSocketAddress server, String token) {
        this.server = server;
        this.token = token;
    }

    /** Takes what comes. */
    @FunctionalInterface
    interface Sink {

        /**
         * Takes some of it.
         *
         * @param to behind the last of the bytes, which are gone afterwards
         */
        void take(byte[] bytes, int from, int to) throws IOException;
    }

    /**
     * How an answer begins.
     *
     * @param status of HTTP
     * @param contentType in lower case; empty without one
     * @param length of the body; nothing if it comes in chunks
     * @param closes whether the server closes the connection behind it
     */
    record Head(int status, String contentType, OptionalLong length, boolean closes) {}

    /**
     * Asks, and returns when the last byte of the answer was taken.
     *
     * @param path with its query
     * @throws IOException if there is no whole answer; the next question opens a new connection
     */
    Head ask(String path, String accept, Sink body) throws IOException {
        try {
            InputStream from = connected();
            send(path, accept);
            Head head = head(from);
            if (head.length().isPresent()) {
                pass(from, head.length().getAsLong(), body);
            } else {
                passChunks(from, body);
            }
            if (head.closes()) {
                close();
            }
            return head;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private InputStream connected() throws IOException {
        if (socket.isClosed() || !socket.isConnected()) {
            socket = new Socket();
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            socket.setSoTimeout((int) SILENCE_MAX.toMillis());
            socket.connect(server, CONNECT_MILLIS_MAX);
        }
        next = 0;
        end = 0;
        return socket.getInputStream();
    }

    private void send(String path, String accept) throws IOException {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                + "\r\nAccept: " + accept + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private Head head(InputStream from) throws IOException {
        String first = line(from);
        if (!first.startsWith("HTTP/1.1 ") || first.length() < STATUS_TO) {
            throw new ProtocolException("not an answer of HTTP/1.1");
        }
        int status = Integer.parseInt(first.substring(STATUS_FROM, STATUS_TO));
        String contentType = "";
        OptionalLong length = OptionalLong.of(0);
        boolean closes = false;
        for (int lines = 0; lines < HEAD_LINES_MAX; lines++) {
            String line = line(from).toLowerCase(Locale.ROOT);
            if (line.isEmpty()) {
                return new Head(status, contentType, length, closes);
            }
            if (line.startsWith("content-type:")) {
                contentType = value(line);
            } else if (line.startsWith("content-length:")) {
                length = OptionalLong.of(Long.parseLong(value(line)));
            } else if (line.startsWith("transfer-encoding:")) {
                length = OptionalLong.empty();
            }
            closes |= line.equals("connection: close");
        }
        throw new ProtocolException("a head of more than " + HEAD_LINES_MAX + " lines");
    }

    private static String value(String line) {
        return line.substring(line.indexOf(':') + 1).trim();
    }

    private void passChunks(InputStream from, Sink body) throws IOException {
        long length = Long.parseLong(line(from).trim(), HEX);
        while (length > 0) {
            pass(from, length, body);
            line(from);
            length = Long.parseLong(line(from).trim(), HEX);
        }
        line(from);
    }

    private void pass(InputStream from, long length, Sink body) throws IOException {
        long left = length;
        while (left > 0) {
            fill(from);
            int now = (int) Math.min(left, end - next);
            body.take(buffer, next, next + now);
            next += now;
            left -= now;
        }
    }

    /** Without its CR LF. */
    private String line(InputStream from) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < BUFFER_BYTES) {
            fill(from);
            char read = (char) (buffer[next] & 0xFF);
            next++;
            if (read == '\n') {
                return line.toString();
            }
            if (read != '\r') {
                line.append(read);
            }
        }
        throw new ProtocolException("a line of more than " + BUFFER_BYTES + " bytes");
    }

    private void fill(InputStream from) throws IOException {
        if (next == end) {
            next = 0;
            end = Math.max(0, from.read(buffer));
            if (end == 0) {
                throw new EOFException("the server closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
