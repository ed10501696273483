package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolEntry.Header;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of one frame, big-endian: the marker of its segment (8), the length of the payload (4), CRC32C over length and
 * payload (4), and the payload. A payload begins with its kind (1).
 *
 * <pre>
 * ENTRY    receipt id, number of headers, name and value of each, body; each with its length (4) in front
 * REFUSED  reason, segment (8), offset (8), and the rest of an ENTRY; only under aside/
 * BAD      segment (8), offset (8), and bytes that are no frame; only under aside/
 * </pre>
 */
final class FrameCodec {

    /** Marker, length, CRC. */
    static final int HEAD_BYTES = 16;

    /** Where in it the length of the payload stands. */
    static final int LENGTH_AT = 8;
    /** Where in it the CRC stands. */
    static final int CHECKSUM_AT = 12;

    /** Longer payloads are not written, and a frame that claims one is bad. */
    static final int PAYLOAD_BYTES_MAX = SpoolEntry.BYTES_MAX + 4096;

    static final byte ENTRY = 1;
    static final byte REFUSED = 2;
    static final byte BAD = 3;

    private static final int REASON_CHARS_MAX = 500;

    private FrameCodec() {}

    /** A whole frame but for its marker, which is 0 until {@link #mark} is called. */
    static ByteBuffer entry(SpoolEntry entry) {
        Payload payload = new Payload(entry.body().length + 512);
        payload.writeByte(ENTRY);
        write(entry, payload);
        return payload.framed();
    }

    /** Of an entry that Kafka does not take. */
    static ByteBuffer refused(FrameRef ref, String reason, SpoolEntry entry) {
        Payload payload = new Payload(entry.body().length + 1024);
        payload.writeByte(REFUSED);
        payload.text(reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX)));
        payload.place(ref);
        write(entry, payload);
        return payload.framed();
    }

    /** Of bytes that cannot be read as a frame. */
    static ByteBuffer bad(FrameRef ref, ByteBuffer bytes) {
        Payload payload = new Payload(bytes.remaining() + 64);
        payload.writeByte(BAD);
        payload.place(ref);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        payload.write(copy, 0, copy.length);
        return payload.framed();
    }

    private static void write(SpoolEntry entry, Payload payload) {
        payload.text(entry.receiptId());
        payload.number(entry.headers().size());
        for (Header header : entry.headers()) {
            payload.text(header.name());
            payload.bytes(header.value());
        }
        payload.bytes(entry.body());
    }

    /** Makes a frame one of the segment with this marker. */
    static void mark(ByteBuffer frame, long marker) {
        frame.putLong(0, marker);
    }

    /** Whether a payload may have this length. */
    static boolean isPayloadLength(int bytes) {
        return bytes > 0 && bytes <= PAYLOAD_BYTES_MAX;
    }

    /** Whether a payload may begin with this byte. */
    static boolean isKind(byte first) {
        return first == ENTRY || first == REFUSED || first == BAD;
    }

    /** CRC32C over length and payload, which begin where the buffer stands. */
    static int checksum(int payloadBytes, ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(0, payloadBytes));
        crc.update(payload);
        return (int) crc.getValue();
    }

    /** The entry of a payload of kind ENTRY or REFUSED; nothing of another kind, or if it is not well formed. */
    static Optional<SpoolEntry> entryOf(ByteBuffer payload) {
        ByteBuffer in = payload.duplicate();
        try {
            byte kind = in.get();
            if (kind == REFUSED) {
                text(in);
                in.position(in.position() + 2 * Long.BYTES);
            } else if (kind != ENTRY) {
                return Optional.empty();
            }
            SpoolEntry entry = read(in);
            return in.hasRemaining() ? Optional.empty() : Optional.of(entry);
        } catch (BufferUnderflowException | IllegalArgumentException notWellFormed) {
            return Optional.empty();
        }
    }

    private static SpoolEntry read(ByteBuffer in) {
        String receiptId = text(in);
        int count = in.getInt();
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            headers.add(new Header(text(in), bytes(in)));
        }
        return new SpoolEntry(receiptId, headers, bytes(in));
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Collects a payload behind room for the head. */
    private static final class Payload extends ByteArrayOutputStream {

        private final DataOutputStream out = new DataOutputStream(this);

        Payload(int bytesExpected) {
            super(HEAD_BYTES + bytesExpected);
            write(new byte[HEAD_BYTES], 0, HEAD_BYTES);
        }

        void writeByte(byte value) {
            write(value);
        }

        void number(int value) {
            try {
                out.writeInt(value);
            } catch (IOException neverInMemory) {
                throw new UncheckedIOException(neverInMemory);
            }
        }

        void text(String text) {
            bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        void bytes(byte[] bytes) {
            number(bytes.length);
            write(bytes, 0, bytes.length);
        }

        void place(FrameRef ref) {
            try {
                out.writeLong(ref.segment());
                out.writeLong(ref.offset());
            } catch (IOException neverInMemory) {
                throw new UncheckedIOException(neverInMemory);
            }
        }

        /** The frame over the collected bytes, without another copy. */
        ByteBuffer framed() {
            ByteBuffer frame = ByteBuffer.wrap(buf, 0, count);
            int payloadBytes = count - HEAD_BYTES;
            frame.putInt(LENGTH_AT, payloadBytes);
            ByteBuffer payload = ByteBuffer.wrap(buf, HEAD_BYTES, payloadBytes);
            frame.putInt(CHECKSUM_AT, checksum(payloadBytes, payload));
            return frame;
        }
    }
}
