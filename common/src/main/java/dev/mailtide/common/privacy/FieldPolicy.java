package dev.mailtide.common.privacy;

import java.util.Optional;

/**
 * What becomes of one personal field on its way to one place. To apply a policy twice is to apply it once.
 *
 * @param kind what is done
 * @param key for pseudonyms, and for them alone
 */
public record FieldPolicy(Kind kind, Optional<FieldKey> key) {

    /** As it is. */
    public static final FieldPolicy KEEP = new FieldPolicy(Kind.KEEP, Optional.empty());

    /** Nothing of it. */
    public static final FieldPolicy DROP = new FieldPolicy(Kind.DROP, Optional.empty());

    /** A part that tells no person: see {@link Mask}. */
    public static final FieldPolicy MASK = new FieldPolicy(Kind.MASK, Optional.empty());

    /** What is done to a field. */
    public enum Kind {
        KEEP,
        DROP,
        MASK,
        HMAC
    }

    /** @throws IllegalArgumentException if there is a key and nothing to do with it, or none where one is needed */
    public FieldPolicy {
        if (key.isPresent() != (kind == Kind.HMAC)) {
            throw new IllegalArgumentException("a key belongs to " + Kind.HMAC + ", not to " + kind);
        }
    }

    /** A pseudonym: equal values stay equal, and only who has the key can tell whose they are. */
    static FieldPolicy hmac(FieldKey key) {
        return new FieldPolicy(Kind.HMAC, Optional.of(key));
    }

    /** The field, an address of a person, as the place may hold it. */
    public Optional<String> ofAddress(Optional<String> address) {
        return of(address, Mask.ADDRESS);
    }

    /** The field as the place may hold it. */
    Optional<String> of(Optional<String> value, Mask mask) {
        return kind == Kind.DROP ? Optional.empty() : value.map(text -> changed(text, mask));
    }

    private String changed(String text, Mask mask) {
        if (keeps() || FieldKey.isPseudonym(text)) {
            return text;
        }
        return key.map(pseudonyms -> pseudonyms.pseudonymOf(text)).orElseGet(() -> mask.of(text));
    }

    /** Whether the field stays as it is. */
    boolean keeps() {
        return kind == Kind.KEEP;
    }

    /** Whether a place with this policy can be filled from one with the other: what is gone there cannot be had here. */
    boolean canFollow(FieldPolicy before) {
        return before.keeps() || equals(before) || kind == Kind.DROP;
    }
}
