package dev.mailtide.processor.api;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.processor.readmodel.LiveCursor;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Ids of the live stream: places in it, sealed (AES-256-GCM, a random nonce for each). A place holds how many events there
 * are of all domains, which is no business of a reader of one; and none that a reader makes up is taken for one. Every
 * instance opens those of every other. Safe for use by several threads.
 */
public final class LiveIds {

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

    private final SecretKey key;
    private final SecureRandom random = new SecureRandom();

    /** @param identity every instance of an installation has the same */
    public LiveIds(IdentityKey identity) {
        this.key = identity.keyFor("ids of the live stream", "AES");
    }

    /** The id of what stands before this place. */
    public String of(LiveCursor cursor) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        ByteBuffer offsets = ByteBuffer.allocate(Long.BYTES * cursor.next().size());
        cursor.next().forEach(offsets::putLong);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(offsets.array());
            return TO_TEXT.encodeToString(ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /** The place that this text was made of; nothing if it was made of none. */
    public Optional<LiveCursor> cursor(String text) {
        byte[] id;
        try {
            id = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (id.length < NONCE_BYTES + TAG_BYTES + Long.BYTES) {
            return Optional.empty();
        }
        ByteBuffer all = ByteBuffer.wrap(id);
        byte[] nonce = new byte[NONCE_BYTES];
        byte[] sealed = new byte[id.length - NONCE_BYTES];
        all.get(nonce).get(sealed);
        try {
            return Optional.of(cursor(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(sealed)));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    private static LiveCursor cursor(byte[] offsets) {
        ByteBuffer in = ByteBuffer.wrap(offsets);
        List<Long> next = new ArrayList<>();
        while (in.remaining() >= Long.BYTES) {
            next.add(in.getLong());
        }
        return new LiveCursor(next);
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
        return cipher;
    }
}
