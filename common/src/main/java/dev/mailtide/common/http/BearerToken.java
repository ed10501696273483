package dev.mailtide.common.http;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.settings.Setting.TextRule;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/** The token that opens the query API. Only its SHA-256 is kept; tokens are compared in constant time. */
public final class BearerToken {

    /** What a token looks like: {@code mt_} and 32 random bytes in base64url. */
    public static final TextRule RULE =
            TextRule.matching("mt_[A-Za-z0-9_-]{43}", "mt_ and 32 random bytes in base64url (43 characters)");

    private static final String SCHEME = "Bearer ";
    private static final int RANDOM_BYTES = 32;

    private final byte[] sha256;

    /** A check for this token. */
    public BearerToken(Secret token) {
        this.sha256 = sha256(token.reveal());
    }

    /** A new token. */
    public static Secret generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return new Secret("mt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Whether the request carries the token in its {@code Authorization} header (RFC 6750 2.1). */
    public boolean isIn(Context request) {
        String header = request.header("Authorization");
        boolean hasScheme = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        String candidate =
                header != null && hasScheme ? header.substring(SCHEME.length()).strip() : "";
        return MessageDigest.isEqual(sha256, sha256(candidate));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
