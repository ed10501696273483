package dev.mailtide.processor.tokens;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.processor.tables.CompactedTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Knows whom a token belongs to. The one of the settings opens everything, with Kafka or without; all others stand in a
 * topic, which is followed, so that a token that was revoked opens nothing a moment later. While Kafka is away, what was
 * read last holds.
 */
public final class Tokens implements AutoCloseable {

    /** What the token of the settings is called in the access log. */
    public static final String OF_SETTINGS = "settings";

    private static final Pattern FORM = Pattern.compile("mt_[A-Za-z0-9_-]{43}");

    private final byte[] ofSettings;
    private final TokenRows rows = new TokenRows();
    private final CompactedTable table;

    /** What a text that may be a token turned out to be. */
    public sealed interface Lookup {

        /**
         * A token in force.
         *
         * @param tokenId for the access log
         * @param name for people
         */
        record Known(String tokenId, String name, Scope scope) implements Lookup {}

        /** None. */
        record Unknown() implements Lookup {}

        /** Nobody can say now: the tokens have not been read yet. */
        record NotYet() implements Lookup {}
    }

    /**
     * Reads the tokens from this topic.
     *
     * @param ofSettings opens everything
     */
    public Tokens(Secret ofSettings, KafkaAccess kafka, Topic<String, byte[]> topic, InstantSource clock) {
        this.ofSettings = bytes(ApiToken.hash(ofSettings.reveal()));
        this.table = new CompactedTable(kafka, topic, "api-tokens", rows, clock);
    }

    /** Begins to read. */
    public void start() {
        table.start();
    }

    /** Whom it belongs to, compared by its hash, in constant time. */
    public Lookup find(String candidate) {
        String sha256 = ApiToken.hash(candidate);
        boolean isOfSettings = MessageDigest.isEqual(ofSettings, bytes(sha256));
        Optional<ApiToken> stored = rows.inForce(sha256);
        if (isOfSettings) {
            return new Lookup.Known(OF_SETTINGS, OF_SETTINGS, Scope.ALL);
        }
        if (table.asOf().isEmpty()) {
            // One that was read already may be revoked further on.
            return FORM.matcher(candidate).matches() ? new Lookup.NotYet() : new Lookup.Unknown();
        }
        return stored.<Lookup>map(token -> new Lookup.Known(token.id(), token.name(), token.scope()))
                .orElseGet(Lookup.Unknown::new);
    }

    private static byte[] bytes(String hex) {
        return hex.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        table.close();
    }
}
