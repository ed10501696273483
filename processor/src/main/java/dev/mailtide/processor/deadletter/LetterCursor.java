package dev.mailtide.processor.deadletter;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where a list of dead letters goes on: in each partition, before this offset. A partition that is not named has been read to
 * its beginning, so what is appended while somebody leafs through the list never appears in it.
 *
 * @param before the first offset that has been listed, by partition
 */
public record LetterCursor(SortedMap<Integer, Long> before) {

    private static final int TEXT_CHARS_MAX = 20_000;
    private static final int VALUE_BITS = 7;
    private static final int MORE = 0x80;

    /** Copies the offsets. */
    public LetterCursor {
        before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
    }

    /** Reads a cursor; nothing if the text is none. */
    public static Optional<LetterCursor> of(String text) {
        if (text.length() > TEXT_CHARS_MAX) {
            return Optional.empty();
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            SortedMap<Integer, Long> before = new TreeMap<>();
            int next = 0;
            while (bytes.hasRemaining()) {
                int partition = Math.addExact(next, Math.toIntExact(number(bytes)));
                before.put(partition, number(bytes));
                next = Math.addExact(partition, 1);
            }
            return before.isEmpty() ? Optional.empty() : Optional.of(new LetterCursor(before));
        } catch (IllegalArgumentException | ArithmeticException | BufferUnderflowException notOurs) {
            return Optional.empty();
        }
    }

    /** The cursor as an opaque text for a URL: short, since a topic may have a thousand partitions. */
    public String text() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int next = 0;
        for (Map.Entry<Integer, Long> entry : before.entrySet()) {
            write(entry.getKey() - next, bytes);
            write(entry.getValue(), bytes);
            next = entry.getKey() + 1;
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    private static void write(long number, ByteArrayOutputStream bytes) {
        long rest = number;
        while (rest >= MORE) {
            bytes.write((int) (rest & (MORE - 1)) | MORE);
            rest >>>= VALUE_BITS;
        }
        bytes.write((int) rest);
    }

    private static long number(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE - 1; shift += VALUE_BITS) {
            byte next = bytes.get();
            number |= (long) (next & (MORE - 1)) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new IllegalArgumentException("a number of more than 63 bits");
    }
}
