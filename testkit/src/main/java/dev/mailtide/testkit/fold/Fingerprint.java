package dev.mailtide.testkit.fold;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The content fingerprint of an event: 16 bytes of SHA-256 over parts that each say how long they are. */
final class Fingerprint {

    private static final int ABSENT = -1;
    private static final int KEPT_BYTES = 16;

    private Fingerprint() {}

    static String of(List<Optional<String>> parts) {
        MessageDigest digest = sha256();
        for (Optional<String> part : parts) {
            byte[] bytes = part.orElse("").getBytes(UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(part.isPresent() ? bytes.length : ABSENT)
                    .flip());
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest(), 0, KEPT_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
