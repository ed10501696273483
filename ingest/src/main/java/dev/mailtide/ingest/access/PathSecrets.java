package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.ingest.access.SecretPair.Which;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * Says which secret somebody holds. Whatever is configured, and whatever is held up to it, this takes one SHA-256 and two
 * comparisons of 32 bytes, to their end: where a source has no second secret, and where there is no such source, random
 * bytes stand in that are the hash of nothing.
 */
final class PathSecrets {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] current;
    private final byte[] previous;

    PathSecrets(SecretPair secrets) {
        this.current = hashOrRandom(secrets.current());
        this.previous = hashOrRandom(secrets.previous());
    }

    Optional<Which> match(String candidate) {
        byte[] hash = sha256(candidate);
        boolean isCurrent = MessageDigest.isEqual(current, hash);
        boolean isPrevious = MessageDigest.isEqual(previous, hash);
        if (isCurrent) {
            return Optional.of(Which.CURRENT);
        }
        return isPrevious ? Optional.of(Which.PREVIOUS) : Optional.empty();
    }

    private static byte[] hashOrRandom(Optional<Secret> secret) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return secret.map(given -> sha256(given.reveal())).orElse(bytes);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
