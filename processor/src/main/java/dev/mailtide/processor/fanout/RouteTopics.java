package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.Serdes;

/**
 * The two topics by which routes are agreed on, and how they are read: that of the routes, which one instance writes and all
 * read, and that of requests, which all write and that one reads. A request is nothing that has to be kept: whoever needs the
 * answer asks again.
 */
final class RouteTopics {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(1);
    private static final Duration REQUESTS_KEPT = Duration.ofHours(1);

    private final KafkaAccess kafka;
    private final String applicationId;
    private final Topic<String, byte[]> routes;
    private final Topic<String, byte[]> requests;

    RouteTopics(KafkaAccess kafka, Topics topics, String applicationId) {
        this.kafka = kafka;
        this.applicationId = applicationId;
        this.routes = topics.domainRoutes();
        Topic.Shape shape = new Topic.Shape(
                1,
                routes.shape().replication(),
                Map.of(
                        TopicConfig.CLEANUP_POLICY_CONFIG,
                        TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG,
                        Long.toString(REQUESTS_KEPT.toMillis()),
                        TopicConfig.SEGMENT_MS_CONFIG,
                        Long.toString(REQUESTS_KEPT.toMillis())));
        this.requests = new Topic<>(applicationId + "-route-requests", Serdes.String(), Serdes.ByteArray(), shape);
    }

    String routes() {
        return routes.name();
    }

    String requests() {
        return requests.name();
    }

    /** The name under which routes are written: whoever begins to write under it shuts out who did before. */
    String transactionalId() {
        return applicationId + "-routes";
    }

    /**
     * Makes those that are missing.
     *
     * @throws ResourceException if Kafka does not answer, or refuses
     */
    void createMissing() {
        kafka.createMissing(List.of(routes, requests));
    }

    /** What would be another text if one of them were deleted and made anew; nothing if one is gone. */
    Optional<String> ids(Admin admin) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            Map<String, TopicDescription> found = admin.describeTopics(List.of(routes(), requests()))
                    .allTopicNames()
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(found.values().stream()
                    .map(topic -> topic.name() + " " + topic.topicId())
                    .sorted()
                    .collect(Collectors.joining(" ")));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A consumer at the beginning of the routes; the caller closes it. */
    KafkaConsumer<String, byte[]> openRoutes() {
        KafkaConsumer<String, byte[]> consumer = open();
        consumer.assign(IntStream.range(0, routes.shape().partitions())
                .mapToObj(partition -> new TopicPartition(routes(), partition))
                .toList());
        consumer.seekToBeginning(consumer.assignment());
        return consumer;
    }

    /** A consumer at the end of the requests; the caller closes it. */
    KafkaConsumer<String, byte[]> openRequests() {
        KafkaConsumer<String, byte[]> consumer = open();
        TopicPartition only = new TopicPartition(requests(), 0);
        consumer.assign(List.of(only));
        consumer.seekToEnd(List.of(only));
        // Asks for the end now: a request that comes while the rows are read is not to be missed.
        long unused = consumer.position(only, PATIENCE);
        return consumer;
    }

    private KafkaConsumer<String, byte[]> open() {
        return new KafkaConsumer<>(
                kafka.with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false")),
                routes.keys().deserializer(),
                routes.values().deserializer());
    }

    /** Closes a consumer that belongs to no group. */
    static void close(KafkaConsumer<?, ?> consumer) {
        consumer.close(CloseOptions.timeout(CLOSE_MAX));
    }

    /**
     * Every row that is written now.
     *
     * @throws KafkaException if it cannot be read to its end in time
     */
    Collection<Route> readAll() {
        Map<SenderDomain, Route> rows = new HashMap<>();
        KafkaConsumer<String, byte[]> consumer = openRoutes();
        try {
            readToEnd(consumer, record -> rowOf(record).ifPresent(row -> rows.put(row.domain(), row)));
            return rows.values();
        } finally {
            close(consumer);
        }
    }

    private static void readToEnd(
            KafkaConsumer<String, byte[]> consumer, Consumer<ConsumerRecord<String, byte[]>> each) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment(), PATIENCE);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), PATIENCE) < end.getValue())) {
            var read = consumer.poll(POLL);
            read.forEach(each);
            if (!read.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() > deadline) {
                throw new org.apache.kafka.common.errors.TimeoutException("the routes are not read to their end");
            }
        }
    }

    /** What a record of the routes topic says; nothing if it is none of ours. */
    static Optional<Route> rowOf(ConsumerRecord<String, byte[]> record) {
        return Optional.ofNullable(record.value())
                .flatMap(Route::of)
                .filter(row -> row.domain().name().equals(record.key()));
    }
}
