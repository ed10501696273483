package dev.mailtide.processor.aggregate;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the compact binary forms of state and deltas. Numbers take as many bytes as they need: seven bits each, the
 * lowest first, signs folded in (zigzag). Enum constants are written as their place in {@code values()}, so an enum whose
 * constants are written only ever grows at its end.
 */
final class BinaryOut {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);

    BinaryOut number(long number) {
        long rest = (number << 1) ^ (number >> 63);
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return this;
    }

    BinaryOut text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        return raw(utf8);
    }

    BinaryOut raw(byte[] some) {
        bytes.writeBytes(some);
        return this;
    }

    @SuppressWarnings("EnumOrdinal") // The place is the format; to look it up costs more than all the rest of a row.
    <E extends Enum<E>> BinaryOut constant(E constant) {
        return number(constant.ordinal());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
