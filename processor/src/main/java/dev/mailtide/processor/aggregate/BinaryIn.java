package dev.mailtide.processor.aggregate;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link BinaryOut} wrote. Bytes that end too early are an {@link IllegalArgumentException}. */
final class BinaryIn {

    private final ByteBuffer bytes;

    /** @param expectedVersion the first number, by which a reader knows that it can read the rest */
    BinaryIn(byte[] bytes, int expectedVersion) {
        this.bytes = ByteBuffer.wrap(bytes);
        long version = number();
        if (version != expectedVersion) {
            throw new IllegalArgumentException("expected format version " + expectedVersion + ", found " + version
                    + "; was it written by a newer release?");
        }
    }

    long number() {
        long folded = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = nextByte();
            folded |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return (folded >>> 1) ^ -(folded & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 64 bits");
    }

    int count() {
        return Math.toIntExact(number());
    }

    String text() {
        return new String(raw(count()), StandardCharsets.UTF_8);
    }

    byte[] raw(int length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("expected " + length + " more bytes, found " + bytes.remaining());
        }
        byte[] some = new byte[length];
        bytes.get(some);
        return some;
    }

    <E extends Enum<E>> E constant(Class<E> type) {
        return type.getEnumConstants()[count()];
    }

    private byte nextByte() {
        try {
            return bytes.get();
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the bytes end too early", e);
        }
    }
}
