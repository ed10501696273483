package dev.mailtide.common.event;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * The installation's own key, under which addresses become recipient keys. Made once and never changed: under another
 * key every recipient would be somebody new. Safe for use by several threads.
 */
public final class IdentityKey {

    /** Bytes in the key. */
    public static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";

    /** Knows the key, and is never used itself: to be copied costs a tenth of being made and keyed anew. */
    private final Mac keyed;

    /**
     * @param key 32 secret bytes
     * @throws IllegalArgumentException if there are more or fewer
     */
    public IdentityKey(byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("the identity key has " + BYTES + " bytes, not " + key.length);
        }
        this.keyed = keyed(new SecretKeySpec(key, HMAC));
    }

    /** The first 128 bits of the HMAC-SHA256 (RFC 2104) of this normalised address. */
    public RecipientKey keyOf(String normalisedAddress) {
        byte[] mac = copy().doFinal(normalisedAddress.getBytes(StandardCharsets.UTF_8));
        return new RecipientKey(HexFormat.of().formatHex(mac, 0, RecipientKey.BYTES));
    }

    /**
     * A key of 256 bits for something else than addresses, the same wherever this one is the same. It tells nothing of this
     * one, nor of those for other purposes.
     *
     * @param purpose what it is for
     * @param algorithm the standard name of the algorithm it is used with
     */
    public SecretKey keyFor(String purpose, String algorithm) {
        Mac mac = copy();
        // No address begins with it: this byte is nowhere in UTF-8.
        mac.update((byte) 0xFF);
        return new SecretKeySpec(mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8)), algorithm);
    }

    private static Mac keyed(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HMAC, e);
        }
    }

    private Mac copy() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the " + HMAC + " of every JDK can be copied", e);
        }
    }
}
