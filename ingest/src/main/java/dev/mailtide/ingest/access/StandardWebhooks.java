package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.ingest.access.SecretPair.Which;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks signatures as Standard Webhooks 1.0.0 makes them: HMAC-SHA256 in base64, version {@code v1}, over id, time and the
 * exact bytes of the body. Each signature is compared with that of each signing secret, to the end; where there is no
 * second secret, a random one stands in. Signatures of other versions ({@code v1a}) are passed over.
 */
final class StandardWebhooks {

    /** What a signing secret looks like: the 24 to 64 bytes that the standard asks for. */
    static final TextRule SECRET_RULE = TextRule.matching(
            "whsec_(?=[^=]{32,86}=*$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?",
            "whsec_ and 24 to 64 bytes in base64");

    private static final String SECRET_PREFIX = "whsec_";
    private static final String VERSION_PREFIX = "v1,";
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec current;
    private final SecretKeySpec previous;
    private final Duration tolerance;

    /** @param tolerance how far the time of a signature may be from ours, either way */
    StandardWebhooks(SecretPair secrets, Duration tolerance) {
        this.current = keyOrRandom(secrets.current());
        this.previous = keyOrRandom(secrets.previous());
        this.tolerance = tolerance;
    }

    /** What a check says. */
    sealed interface Verdict {

        /** Signed with this secret. */
        record Genuine(Which secret) implements Verdict {}

        /** Not shown to be the source's. */
        record Doubtful(Denial denial) implements Verdict {}
    }

    Verdict check(SignedHeaders headers, byte[] body, Instant now) {
        if (!isTimely(headers.timestamp(), now)) {
            return new Verdict.Doubtful(Denial.SIGNATURE_TIMESTAMP);
        }
        byte[] withCurrent = sign(current, headers, body);
        byte[] withPrevious = sign(previous, headers, body);
        boolean isCurrent = false;
        boolean isPrevious = false;
        for (String signature : headers.signatures().split(" ", -1)) {
            byte[] given = bytesOf(signature);
            isCurrent |= MessageDigest.isEqual(withCurrent, given);
            isPrevious |= MessageDigest.isEqual(withPrevious, given);
        }
        if (isCurrent) {
            return new Verdict.Genuine(Which.CURRENT);
        }
        return isPrevious ? new Verdict.Genuine(Which.PREVIOUS) : new Verdict.Doubtful(Denial.SIGNATURE_WRONG);
    }

    private boolean isTimely(String timestamp, Instant now) {
        return SECONDS.matcher(timestamp).matches()
                && Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                                .abs()
                                .compareTo(tolerance)
                        <= 0;
    }

    private static byte[] sign(SecretKeySpec key, SignedHeaders headers, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            // The bytes as they came: Jetty reads each byte of a header as one character.
            mac.update((headers.id() + "." + headers.timestamp() + ".").getBytes(StandardCharsets.ISO_8859_1));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] bytesOf(String signature) {
        try {
            return signature.startsWith(VERSION_PREFIX)
                    ? Base64.getDecoder().decode(signature.substring(VERSION_PREFIX.length()))
                    : new byte[0];
        } catch (IllegalArgumentException e) {
            // Not base64: as good as any other wrong signature.
            return new byte[0];
        }
    }

    private static SecretKeySpec keyOrRandom(Optional<Secret> secret) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return new SecretKeySpec(
                secret.map(given -> Base64.getDecoder().decode(given.reveal().substring(SECRET_PREFIX.length())))
                        .orElse(bytes),
                ALGORITHM);
    }
}
