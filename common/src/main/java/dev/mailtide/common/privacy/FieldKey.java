package dev.mailtide.common.privacy;

import dev.mailtide.common.event.IdentityKey;
import java.util.regex.Pattern;

/**
 * A key under which values become pseudonyms. Unlike the installation's identity key it may be replaced at any time: a
 * pseudonym names the key that it was made with.
 *
 * @param id 1 to 16 lower-case letters, digits and hyphens
 * @param key what the pseudonyms are computed with
 */
public record FieldKey(String id, IdentityKey key) {

    private static final Pattern PSEUDONYM = Pattern.compile("hmac:[a-z0-9-]{1,16}:[0-9a-f]{32}");

    /** Whether this is a pseudonym already, under whatever key. */
    static boolean isPseudonym(String text) {
        return PSEUDONYM.matcher(text).matches();
    }

    /** {@code hmac:<id>:} and the first 128 bits of the HMAC-SHA256 of the UTF-8 text, in hex. */
    String pseudonymOf(String text) {
        return "hmac:" + id + ":" + key.keyOf(text).hex();
    }

    /** The id alone. */
    @Override
    public String toString() {
        return "FieldKey[" + id + "]";
    }
}
