package dev.mailtide.common.topic;

import dev.mailtide.common.event.SenderDomain;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Every topic of Mailtide, under one prefix: the contract between its parts, and with those who read from it. */
public final class Topics {

    /**
     * {@code segment.index.bytes} of topics of which there are many, and small ones: Kafka's 10 MiB would be filled with zeros as
     * far as the disk reads ahead. For topics that are made now; one with large segments must not get it later.
     */
    public static final String SMALL_INDEX_BYTES = "524288";

    /** No Kafka topic may have a longer name. */
    static final int NAME_CHARS_MAX = 249;

    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration KEPT_RAW = Duration.ofDays(90);

    /** Six years, with their leap days: so long the rules for health data ask who has read what (45 CFR 164.316). */
    private static final Duration KEPT_ACCESS_LOG = Duration.ofDays(2_192);

    /** Bodies of up to 5 MB with their headers fit, whatever limit ingest is given. */
    private static final int RAW_BYTES_MAX = 6 * 1024 * 1024;

    private static final Serde<String> TEXT = Serdes.String();
    private static final Serde<byte[]> BYTES = Serdes.ByteArray();

    private final String prefix;
    private final TopicSizes sizes;

    /**
     * @param prefix goes before every name, {@code email.} by default
     * @param sizes partitions and copies
     */
    public Topics(String prefix, TopicSizes sizes) {
        this.prefix = prefix;
        this.sizes = sizes;
    }

    /** Every body as it was received. Key: receipt id. */
    public Topic<String, byte[]> raw() {
        Topic.Shape shape = deleting(sizes.partitions(), KEPT_RAW)
                .with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RAW_BYTES_MAX));
        // With one copy only the disk is left to make an ack mean something.
        Topic.Shape durable = sizes.replication() == 1
                ? shape.with(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, "1")
                : shape.with(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
        return new Topic<>(prefix + "raw.v1", TEXT, BYTES, durable);
    }

    /** Each distinct event once, as JSON with CloudEvents headers. Key: message key. */
    public Topic<String, byte[]> events() {
        return new Topic<>(prefix + "events.v1", TEXT, BYTES, deleting(sizes.partitions(), KEPT));
    }

    /** The latest state of each domain. Key: domain. */
    public Topic<String, byte[]> domainState() {
        return new Topic<>(prefix + "domain-state.v1", TEXT, BYTES, compacting());
    }

    /** The counts of each bucket of each domain's series. Key: {@code domain|bucket|start}. */
    public Topic<String, byte[]> domainSeries() {
        return new Topic<>(prefix + "domain-series.v1", TEXT, BYTES, compacting());
    }

    /**
     * Bodies that gave no event, with the reason in the headers. Key: receipt id. In each partition the times never go back,
     * so that a list can begin at a time.
     */
    public Topic<String, byte[]> deadLetters() {
        Topic.Shape shape = deleting(sizes.partitions(), KEPT_RAW)
                .with(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime")
                .with(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RAW_BYTES_MAX));
        return new Topic<>(prefix + "dead-letters.v1", TEXT, BYTES, shape);
    }

    /** Events of domains that have no topic of their own. Key: message key. */
    public Topic<String, byte[]> domainOverflow() {
        return new Topic<>(prefix + "domain-overflow.v1", TEXT, BYTES, deleting(sizes.overflow(), KEPT));
    }

    /** Where the events of each domain go. Key: domain. Rows are never taken back. */
    public Topic<String, byte[]> domainRoutes() {
        return new Topic<>(prefix + "domain-routes.v1", TEXT, BYTES, compacting());
    }

    /** What came in under each source's name, at each instance of ingest. Key: {@code source|instance}. */
    public Topic<String, byte[]> sourceStatus() {
        return new Topic<>(prefix + "source-status.v1", TEXT, BYTES, compacting());
    }

    /** What is known of a recipient that may speak against writing to them. Key: {@code domain|recipientKey}. */
    public Topic<String, byte[]> suppressions() {
        return new Topic<>(prefix + "suppressions.v1", TEXT, BYTES, compacting());
    }

    /** Tokens of the query API, hashed. Key: token id. */
    public Topic<String, byte[]> apiTokens() {
        return new Topic<>(prefix + "api-tokens.v1", TEXT, BYTES, compacting());
    }

    /** Who has read what of people, in order. Key: time. */
    public Topic<String, byte[]> accessLog() {
        return new Topic<>(prefix + "access-log.v1", TEXT, BYTES, deleting(1, KEPT_ACCESS_LOG));
    }

    /** Events of one domain. Key: message key. */
    public Topic<String, byte[]> ofDomain(SenderDomain domain) {
        Topic.Shape shape = deleting(sizes.own(), KEPT).with(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, SMALL_INDEX_BYTES);
        return new Topic<>(nameOf(domain), TEXT, BYTES, shape);
    }

    /** Whether this is the name of some domain's own topic. */
    public boolean isOfADomain(String topic) {
        return topic.startsWith(prefix + "domain.") && topic.endsWith(".v1") && !topic.equals(prefix + "domain.v1");
    }

    /** Whose own topic has this name; nothing if it is nobody's, or a shortened one. */
    public Optional<SenderDomain> domainOf(String topic) {
        if (!isOfADomain(topic)) {
            return Optional.empty();
        }
        String name = topic.substring((prefix + "domain.").length(), topic.length() - ".v1".length());
        // Not so of a shortened name: no host name has a label that begins with a hyphen.
        return SenderDomain.of(name).filter(domain -> nameOf(domain).equals(topic));
    }

    /** The topics with fixed names. */
    public List<Topic<String, byte[]>> fixed() {
        return List.of(
                raw(),
                events(),
                domainState(),
                domainSeries(),
                deadLetters(),
                domainOverflow(),
                domainRoutes(),
                sourceStatus(),
                suppressions(),
                apiTokens(),
                accessLog());
    }

    /** Those of them from which the processor counts nothing on: made again, they do no harm but that they are empty. */
    public List<Topic<String, byte[]>> notCountedFrom() {
        return List.of(deadLetters(), domainOverflow(), sourceStatus(), suppressions(), apiTokens(), accessLog());
    }

    private String nameOf(SenderDomain domain) {
        String head = prefix + "domain.";
        String name = head + domain.name() + ".v1";
        if (name.length() <= NAME_CHARS_MAX) {
            return name;
        }
        // No label of a host name begins with a hyphen, so a shortened name can never be another domain's whole name.
        String tail = ".-" + shortHash(domain.name()) + ".v1";
        return head + domain.name().substring(0, NAME_CHARS_MAX - head.length() - tail.length()) + tail;
    }

    private static String shortHash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private Topic.Shape deleting(int partitions, Duration kept) {
        return shape(partitions, TopicConfig.CLEANUP_POLICY_DELETE)
                .with(TopicConfig.RETENTION_MS_CONFIG, Long.toString(kept.toMillis()));
    }

    private Topic.Shape compacting() {
        return shape(sizes.compacted(), TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    private Topic.Shape shape(int partitions, String cleanup) {
        return new Topic.Shape(partitions, sizes.replication(), Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup));
    }
}
