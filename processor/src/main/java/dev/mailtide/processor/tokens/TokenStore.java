package dev.mailtide.processor.tokens;

import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.tables.CompactedTable;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Makes, lists and revokes tokens, for an operator with access to Kafka. */
public final class TokenStore {

    private static final Duration READ_MAX = Duration.ofSeconds(15);

    private final KafkaAccess kafka;
    private final Topic<String, byte[]> topic;
    private final InstantSource clock;

    /**
     * The tokens in the topic of this Kafka, which is created if it is missing.
     *
     * @throws ResourceException if Kafka cannot be reached
     */
    public TokenStore(KafkaAccess kafka, Topics topics, InstantSource clock) {
        this.kafka = kafka;
        this.topic = topics.apiTokens();
        this.clock = clock;
        kafka.createMissing(List.of(topic));
    }

    /**
     * A token that was just made, which is nowhere else.
     *
     * @param token to be given to whoever it is for, once
     * @param kept what is kept of it
     */
    public record Created(Secret token, ApiToken kept) {}

    /**
     * Makes one.
     *
     * @throws ResourceException if Kafka does not take it, or there are too many
     */
    public Created create(String name, Scope scope, SecureRandom random) {
        if (all().size() >= TokenRows.TOKENS_MAX) {
            throw new ResourceException("there are " + TokenRows.TOKENS_MAX + " tokens, and no more are taken in");
        }
        Secret token = BearerToken.generate(random);
        ApiToken kept = ApiToken.of(token, name, scope, clock.instant(), random);
        write(kept);
        return new Created(token, kept);
    }

    /**
     * All that were ever made, the oldest first.
     *
     * @throws ResourceException if Kafka does not answer
     */
    public List<ApiToken> all() {
        return read().all();
    }

    /**
     * From now on this token opens nothing.
     *
     * @return the token as it is now; nothing if there is none with this id
     * @throws ResourceException if Kafka does not take it
     */
    public Optional<ApiToken> revoke(String id) {
        Optional<ApiToken> revoked = read().ofId(id).map(token -> token.revoked(clock.instant()));
        revoked.ifPresent(this::write);
        return revoked;
    }

    private TokenRows read() {
        TokenRows rows = new TokenRows();
        try (CompactedTable table = new CompactedTable(kafka, topic, "api-tokens", rows, clock)) {
            table.start();
            if (!table.awaitRead(READ_MAX)) {
                throw new ResourceException("cannot read " + topic.name() + " from Kafka at " + kafka.bootstrapServers()
                        + " within " + READ_MAX.toSeconds() + " s; is this user allowed to?");
            }
            return rows;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException("interrupted while reading " + topic.name(), e);
        }
    }

    private void write(ApiToken token) {
        Map<String, Object> settings = kafka.with(Map.of(ProducerConfig.CLIENT_ID_CONFIG, "mailtide-tokens"));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            var unused = producer.send(new ProducerRecord<>(topic.name(), token.id(), token.encode()))
                    .get();
        } catch (ExecutionException | KafkaException e) {
            throw new ResourceException(
                    "cannot write to " + topic.name() + " on Kafka at " + kafka.bootstrapServers() + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ResourceException("interrupted while writing to " + topic.name(), e);
        }
    }
}
