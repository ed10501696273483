package dev.mailtide.common.event;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The identity of an event by its content: two deliveries of one event have the same fingerprint, whatever ids the
 * provider gave them. The first 16 bytes of a SHA-256.
 *
 * @param hex 32 lower-case hex digits
 */
public record Fingerprint(String hex) {

    /** Bytes in a fingerprint. */
    public static final int BYTES = 16;

    /** @throws IllegalArgumentException if these are not 32 lower-case hex digits */
    public Fingerprint {
        if (!Hex.is(hex, BYTES)) {
            throw new IllegalArgumentException(
                    "a fingerprint is 32 lower-case hex digits, found " + hex.length() + " characters");
        }
    }

    /**
     * The fingerprint over these parts in this order. Each part is preceded by its length in UTF-8 bytes (4 bytes,
     * big-endian; −1 if absent), so that no two lists of parts give the same bytes.
     */
    public static Fingerprint over(List<Optional<String>> parts) {
        MessageDigest sha256 = sha256();
        for (Optional<String> part : parts) {
            byte[] bytes = part.orElse("").getBytes(StandardCharsets.UTF_8);
            int length = part.isPresent() ? bytes.length : -1;
            sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
            sha256.update(bytes);
        }
        return ofBytes(sha256.digest());
    }

    /** The fingerprint that begins at the start of these bytes; what follows the first 16 is not looked at. */
    public static Fingerprint ofBytes(byte[] bytes) {
        return new Fingerprint(HexFormat.of().formatHex(bytes, 0, BYTES));
    }

    /** The 16 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
