package dev.mailtide.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the answers of one connection, one after the other. Knows what a load generator needs of HTTP/1.1 and no more: the
 * status, the length, and whether the server closes. Anything else (chunks, interim answers, more than was asked for) is
 * an error.
 */
final class AnswerReader {

    /** Instead of a status: the answer is not whole yet. */
    static final int INCOMPLETE = 0;

    private static final int BYTES_MAX = 16_384;
    private static final int STATUS_FROM = 9;
    private static final int STATUS_TO = 12;
    private static final int STATUS_MIN = 200;
    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CLOSE = "connection: close".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CHUNKED = "transfer-encoding:".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes = new byte[BYTES_MAX];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);

    private int scanned;
    private int wholeAt;
    private int status;
    private boolean closing;

    AnswerReader() {
        next();
    }

    /** Forgets the last answer, and is ready for the next. */
    void next() {
        buffer.clear();
        scanned = 0;
        wholeAt = -1;
        status = INCOMPLETE;
        closing = false;
    }

    /** Whether the server closes the connection after this answer. */
    boolean isClosing() {
        return closing;
    }

    /**
     * Reads what is there.
     *
     * @return the status once the answer is whole, else {@link #INCOMPLETE}
     * @throws IOException if the connection ended before, or what came is not an answer
     */
    int read(ReadableByteChannel channel) throws IOException {
        if (channel.read(buffer) < 0) {
            throw new EOFException("the server closed the connection");
        }
        if (wholeAt < 0) {
            lookForHead();
        }
        if (buffer.position() > wholeAt && wholeAt >= 0) {
            throw new ProtocolException("more came than was asked for");
        }
        return buffer.position() == wholeAt ? status : INCOMPLETE;
    }

    private void lookForHead() throws ProtocolException {
        int end = buffer.position();
        for (int at = Math.max(0, scanned - 3); at + 3 < end; at++) {
            if (bytes[at] == '\r' && bytes[at + 1] == '\n' && bytes[at + 2] == '\r' && bytes[at + 3] == '\n') {
                readHead(at + 2);
                return;
            }
        }
        scanned = end;
        if (!buffer.hasRemaining()) {
            throw new ProtocolException("a head of more than " + BYTES_MAX + " bytes");
        }
    }

    /** @param end where the empty line begins; all lines before it end with CR LF */
    private void readHead(int end) throws ProtocolException {
        if (end <= STATUS_TO || !Arrays.equals(bytes, 0, VERSION.length, VERSION, 0, VERSION.length)) {
            throw new ProtocolException("not an answer of HTTP/1.1");
        }
        status = number(STATUS_FROM, STATUS_TO);
        int length = 0;
        for (int line = lineAfter(0); line < end; line = lineAfter(line)) {
            if (startsWith(CONTENT_LENGTH, line)) {
                length = number(line + CONTENT_LENGTH.length, lineAfter(line) - 2);
            }
            if (startsWith(CHUNKED, line)) {
                throw new ProtocolException("an answer in chunks");
            }
            closing |= startsWith(CLOSE, line);
        }
        wholeAt = end + 2 + length;
        if (status < STATUS_MIN || wholeAt > BYTES_MAX) {
            throw new ProtocolException("an interim or a large answer");
        }
    }

    private int lineAfter(int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private int number(int from, int to) throws ProtocolException {
        int number = 0;
        for (int at = from; at < to; at++) {
            if (bytes[at] >= '0' && bytes[at] <= '9' && number < BYTES_MAX) {
                number = number * 10 + bytes[at] - '0';
            } else if (bytes[at] != ' ') {
                throw new ProtocolException("not a number where one belongs");
            }
        }
        return number;
    }

    /** Whether a line begins with this, in upper or lower case; the line's end is never equal to any of it. */
    private boolean startsWith(byte[] lowerCase, int line) {
        for (int i = 0; i < lowerCase.length; i++) {
            byte found = bytes[line + i];
            if (lowerCase[i] != (found >= 'A' && found <= 'Z' ? found + ('a' - 'A') : found)) {
                return false;
            }
        }
        return true;
    }
}
