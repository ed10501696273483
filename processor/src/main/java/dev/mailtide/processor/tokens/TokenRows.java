package dev.mailtide.processor.tokens;

import dev.mailtide.processor.tables.CompactedTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens that stand in the topic, by their id and by their hash. Safe for use by several threads. */
final class TokenRows implements CompactedTable.Rows {

    private static final Logger LOG = LoggerFactory.getLogger(TokenRows.class);

    /** Tokens beyond these are not taken in, and open nothing. */
    static final int TOKENS_MAX = 10_000;

    private static final String NO_HASH = "-".repeat(64);

    private final Map<String, ApiToken> byId = new ConcurrentHashMap<>();
    private final Map<String, ApiToken> byHash = new ConcurrentHashMap<>();

    TokenRows() {}

    @Override
    public void put(String key, byte[] value) {
        Optional<ApiToken> token =
                ApiToken.decode(value).filter(read -> read.id().equals(key));
        Optional<ApiToken> before = ofId(key);
        if (token.isEmpty()) {
            LOG.warn("a token that this release cannot read opens nothing");
            remove(key);
        } else if (before.isEmpty() && byId.size() >= TOKENS_MAX) {
            LOG.warn("more than {} tokens: {} opens nothing", TOKENS_MAX, key);
        } else if (before.filter(TokenRows::isRevoked).isEmpty() || isRevoked(token.get())) {
            // When the topic is read again from its beginning, a token must not come back for a moment.
            take(key, token.get(), before);
        }
    }

    private void take(String key, ApiToken token, Optional<ApiToken> before) {
        byId.put(key, token);
        byHash.put(token.sha256(), token);
        before.filter(old -> !old.sha256().equals(token.sha256())).ifPresent(old -> byHash.remove(old.sha256(), old));
    }

    private static boolean isRevoked(ApiToken token) {
        return token.revokedAt().isPresent();
    }

    @Override
    public void remove(String key) {
        ApiToken before = byId.remove(key);
        if (before != null) {
            byHash.remove(before.sha256(), before);
        }
    }

    @Override
    public void clear() {
        byId.clear();
        byHash.clear();
    }

    /** The token with this hash, if it is in force. The texts are compared in constant time. */
    Optional<ApiToken> inForce(String sha256) {
        Optional<ApiToken> found = Optional.ofNullable(byHash.get(sha256));
        String expected = found.map(ApiToken::sha256).orElse(NO_HASH);
        boolean isIt = MessageDigest.isEqual(bytes(expected), bytes(sha256));
        return found.filter(token -> isIt && !isRevoked(token));
    }

    private static byte[] bytes(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }

    Optional<ApiToken> ofId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All of them, the oldest first. */
    List<ApiToken> all() {
        return byId.values().stream()
                .sorted(Comparator.comparing(ApiToken::createdAt).thenComparing(ApiToken::id))
                .toList();
    }
}
