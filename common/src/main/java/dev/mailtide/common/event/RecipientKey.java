package dev.mailtide.common.event;

import java.util.HexFormat;

/**
 * A recipient without the address: the keyed hash that stands for it in state, keys and URLs. Made by
 * {@link IdentityKey}.
 *
 * @param hex 32 lower-case hex digits
 */
public record RecipientKey(String hex) {

    /** Bytes in a recipient key. */
    public static final int BYTES = 16;

    /** @throws IllegalArgumentException if these are not 32 lower-case hex digits */
    public RecipientKey {
        if (!Hex.is(hex, BYTES)) {
            throw new IllegalArgumentException(
                    "a recipient key is 32 lower-case hex digits, found " + hex.length() + " characters");
        }
    }

    /** The 16 bytes. */
    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }
}
