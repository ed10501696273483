package dev.mailtide.processor.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.settings.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A token of the query API as it is kept: never the token itself.
 *
 * @param id names it in lists and in the access log; not a secret
 * @param name for people, up to {@link #NAME_CHARS_MAX} characters
 * @param sha256 of the token, as 64 hex digits
 * @param createdAt when it was made
 * @param revokedAt from when on it opens nothing any more
 */
public record ApiToken(
        String id, String name, String sha256, Scope scope, Instant createdAt, Optional<Instant> revokedAt) {

    /** Longer names are refused. */
    public static final int NAME_CHARS_MAX = 100;

    private static final Pattern ID = Pattern.compile("tok-[0-9a-f]{12}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME =
            Pattern.compile("[^\\p{Cntrl}\\u202a-\\u202e\\u2066-\\u2069]{1," + NAME_CHARS_MAX + "}");
    private static final int ID_BYTES = 6;

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws IllegalArgumentException if id, name or hash are not as described */
    public ApiToken {
        if (!ID.matcher(id).matches() || !SHA256.matcher(sha256).matches() || !isName(name)) {
            throw new IllegalArgumentException("not a token's id, name or hash");
        }
    }

    /** The record of a token that was just made. */
    public static ApiToken of(Secret token, String name, Scope scope, Instant now, SecureRandom random) {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return new ApiToken(
                "tok-" + HexFormat.of().formatHex(id), name, hash(token.reveal()), scope, now, Optional.empty());
    }

    /** Whether this can be a name: no control characters, and none that turn the direction of a line. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether this can be an id. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** The SHA-256 of a text, as 64 hex digits. */
    static String hash(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The same token, which opens nothing from now on; revoked before, it stays as it is. */
    ApiToken revoked(Instant now) {
        return new ApiToken(id, name, sha256, scope, createdAt, Optional.of(revokedAt.orElse(now)));
    }

    byte[] encode() {
        ObjectNode json = JSON.createObjectNode()
                .put("id", id)
                .put("name", name)
                .put("sha256", sha256)
                .put("createdAt", Times.text(createdAt));
        revokedAt.ifPresent(time -> json.put("revokedAt", Times.text(time)));
        ArrayNode domains = json.putArray("domains");
        scope.domains().forEach(domains::add);
        json.put("recipients", scope.recipients()).put("admin", scope.admin());
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of ours is always JSON", e);
        }
    }

    /** Nothing if it is none: somebody else wrote it, or a later release. Then it opens nothing. */
    static Optional<ApiToken> decode(byte[] value) {
        try {
            JsonNode json = JSON.readTree(value);
            List<String> domains = new ArrayList<>();
            json.path("domains").forEach(domain -> domains.add(domain.asText()));
            Scope scope = new Scope(
                    domains,
                    json.path("recipients").booleanValue(),
                    json.path("admin").booleanValue());
            Optional<Instant> revoked = json.has("revokedAt")
                    ? Optional.of(Instant.parse(json.path("revokedAt").asText()))
                    : Optional.empty();
            return Optional.of(new ApiToken(
                    json.path("id").asText(),
                    json.path("name").asText(),
                    json.path("sha256").asText(),
                    scope,
                    Instant.parse(json.path("createdAt").asText()),
                    revoked));
        } catch (IOException | IllegalArgumentException | DateTimeException notOurs) {
            return Optional.empty();
        }
    }
}
