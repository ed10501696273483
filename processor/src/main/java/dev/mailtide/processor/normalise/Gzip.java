package dev.mailtide.processor.normalise;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * Bodies that their sender has compressed. Ingest keeps them as they came; they are known by their first two bytes (RFC 1952
 * 2.3.1), with which no JSON begins, so that a header which says something else does no harm.
 */
final class Gzip {

    /** The largest body that ingest takes uncompressed: a few kilobytes can stand for gigabytes. */
    static final int CONTENT_BYTES_MAX = 5_000_000;

    private static final byte MAGIC_1 = 0x1f;
    private static final byte MAGIC_2 = (byte) 0x8b;

    private Gzip() {}

    /** What it cannot be read for. */
    static final class UnreadableException extends Exception {

        private static final long serialVersionUID = 1L;

        private final DeadReason reason;

        UnreadableException(DeadReason reason, IOException cause) {
            super(reason.code(), cause);
            this.reason = reason;
        }

        UnreadableException(DeadReason reason) {
            super(reason.code());
            this.reason = reason;
        }

        DeadReason reason() {
            return reason;
        }
    }

    /**
     * The content; of a body that is not compressed, the body itself.
     *
     * @throws UnreadableException if it is damaged, or larger than {@link #CONTENT_BYTES_MAX}
     */
    static byte[] content(byte[] body) throws UnreadableException {
        if (body.length < 2 || body[0] != MAGIC_1 || body[1] != MAGIC_2) {
            return body;
        }
        Compressed bytes = new Compressed(body);
        try (GZIPInputStream compressed = new GZIPInputStream(bytes)) {
            byte[] content = compressed.readNBytes(CONTENT_BYTES_MAX + 1);
            if (content.length > CONTENT_BYTES_MAX) {
                throw new UnreadableException(DeadReason.TOO_LARGE);
            }
            if (bytes.unread() > 0) {
                throw new UnreadableException(DeadReason.BAD_GZIP);
            }
            return content;
        } catch (IOException e) {
            throw new UnreadableException(DeadReason.BAD_GZIP, e);
        }
    }

    /**
     * Looks as if nothing more would come, so that the JDK reads few members: it goes one deeper into the stack with each, and
     * an empty one has only 20 bytes.
     */
    private static final class Compressed extends ByteArrayInputStream {

        Compressed(byte[] body) {
            super(body);
        }

        @Override
        public synchronized int available() {
            return 0;
        }

        synchronized int unread() {
            return count - pos;
        }
    }
}
