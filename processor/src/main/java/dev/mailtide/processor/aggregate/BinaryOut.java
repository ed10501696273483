package dev.mailtide.processor.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the compact binary forms of state and deltas. Numbers take as many bytes as they need: seven bits each, the
 * lowest first, signs folded in (zigzag). Enum constants are written as their place in {@code values()}, so an enum whose
 * constants are written only ever grows at its end.
 */
final class BinaryOut {

    private static final int NUMBER_BYTES_MAX = 10;

    private byte[] bytes = new byte[256];
    private int length;

    BinaryOut number(long number) {
        makeRoomFor(NUMBER_BYTES_MAX);
        long rest = (number << 1) ^ (number >> 63);
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    BinaryOut text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        return raw(utf8);
    }

    BinaryOut raw(byte[] some) {
        makeRoomFor(some.length);
        System.arraycopy(some, 0, bytes, length, some.length);
        length += some.length;
        return this;
    }

    @SuppressWarnings("EnumOrdinal") // The place is the format; to look it up costs more than all the rest of a row.
    <E extends Enum<E>> BinaryOut constant(E constant) {
        return number(constant.ordinal());
    }

    byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void makeRoomFor(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
