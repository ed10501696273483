package dev.mailtide.common.event;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A recipient without the address: the keyed hash that stands for it in state, keys and URLs. Made by
 * {@link IdentityKey}.
 *
 * @param hex 32 lower-case hex digits
 */
public record RecipientKey(String hex) {

    /** Bytes in a recipient key. */
    public static final int BYTES = 16;

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{32}");

    /** @throws IllegalArgumentException if these are not 32 lower-case hex digits */
    public RecipientKey {
        if (!HEX.matcher(hex).matches()) {
            throw new IllegalArgumentException(
                    "a recipient key is 32 lower-case hex digits, found " + hex.length() + " characters");
        }
    }

    /** The 16 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
