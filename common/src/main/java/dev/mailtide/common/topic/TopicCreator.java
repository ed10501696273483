package dev.mailtide.common.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Creates topics, and says when one that is already there has another shape. A topic is usable once
 * {@link #createMissing} has returned: it has been described since, with all its partitions, and their leaders answer.
 */
public final class TopicCreator {

    /** The client would wait by itself until the quota lets it, and be out of time by then. */
    private static final CreateTopicsOptions AT_ONCE = new CreateTopicsOptions().retryOnQuotaViolation(false);

    private final Admin admin;
    private final Duration patience;

    /**
     * @param admin stays the caller's to close
     * @param patience how long one call may take in all
     */
    public TopicCreator(Admin admin, Duration patience) {
        this.admin = admin;
        this.patience = patience;
    }

    /**
     * Creates those that are not there, and waits until every one can be described.
     *
     * @throws TopicMismatch if one is there with another partition count or cleanup policy
     * @throws TimeoutException if Kafka does not answer in time
     */
    public void createMissing(Collection<? extends Topic<?, ?>> topics)
            throws TimeoutException, InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<String> present = within(deadline, admin.listTopics().names().toCompletionStage());
        List<? extends Topic<?, ?>> missing =
                topics.stream().filter(topic -> !present.contains(topic.name())).toList();
        for (Throwable why : outcomes(admin.createTopics(asked(missing)), new HashSet<>(), deadline)
                .values()) {
            throw new ExecutionException(why);
        }
        List<String> names = topics.stream().<String>map(Topic::name).toList();
        Map<String, TopicDescription> found = describe(names, deadline);
        checkShapes(topics, found, deadline);
        awaitLeaders(missing, found, deadline);
    }

    /**
     * What became of topics that were to be there.
     *
     * @param partitions of each that is there and can be used
     * @param created those among them that were not there before
     * @param refused why each of the others cannot be made
     */
    public record Made(Map<String, Integer> partitions, Set<String> created, Map<String, Throwable> refused) {

        /** Copies all of them. */
        public Made {
            partitions = Map.copyOf(partitions);
            created = Set.copyOf(created);
            refused = Map.copyOf(refused);
        }
    }

    /**
     * Makes those that are not there, as many as Kafka lets us, and takes those that are there as they are. Returns when each
     * of them is usable.
     *
     * @param own opens a connection of their own for the creations, which is closed again: who has used up a quota is not
     *     answered on the same connection until the quota lets him
     * @throws TimeoutException if Kafka does not answer in time; some of them may be there then
     */
    public Made makeEach(Collection<? extends Topic<?, ?>> topics, Supplier<Admin> own)
            throws TimeoutException, InterruptedException, ExecutionException {
        long deadline = System.nanoTime() + patience.toNanos();
        Set<String> present = within(deadline, admin.listTopics().names().toCompletionStage());
        List<? extends Topic<?, ?>> missing =
                topics.stream().filter(topic -> !present.contains(topic.name())).toList();
        Set<String> created = new HashSet<>();
        Map<String, Throwable> refused = missing.isEmpty() ? Map.of() : tryToCreate(missing, own, created, deadline);
        Map<String, TopicDescription> found = describe(
                topics.stream()
                        .<String>map(Topic::name)
                        .filter(name -> !refused.containsKey(name))
                        .toList(),
                deadline);
        awaitLeaders(
                missing.stream()
                        .filter(topic -> found.containsKey(topic.name()))
                        .toList(),
                found,
                deadline);
        Map<String, Integer> partitions = new HashMap<>();
        found.forEach((name, description) -> partitions.put(name, partitionsOf(description)));
        return new Made(partitions, created, refused);
    }

    private static Map<String, Throwable> tryToCreate(
            List<? extends Topic<?, ?>> missing, Supplier<Admin> own, Set<String> created, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Admin creating = own.get();
        try {
            return outcomes(creating.createTopics(asked(missing), AT_ONCE), created, deadline);
        } finally {
            creating.close(Duration.ZERO);
        }
    }

    private static List<NewTopic> asked(List<? extends Topic<?, ?>> missing) {
        return missing.stream().map(Topic::toCreate).toList();
    }

    /** Adds those that are new to the set, and returns why others are not there. */
    private static Map<String, Throwable> outcomes(CreateTopicsResult results, Set<String> created, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Map<String, Throwable> refused = new HashMap<>();
        for (var result : results.values().entrySet()) {
            try {
                within(deadline, result.getValue().toCompletionStage());
                created.add(result.getKey());
            } catch (ExecutionException e) {
                Throwable why = e.getCause() == null ? e : e.getCause();
                if (isForLater(why)) {
                    throw e;
                } else if (!(why instanceof TopicExistsException)) {
                    refused.put(result.getKey(), why);
                }
            }
        }
        return refused;
    }

    /** Kafka may have it in a moment. A quota is no such case: it can last for long. */
    private static boolean isForLater(Throwable why) {
        return why instanceof RetriableException && !(why instanceof ThrottlingQuotaExceededException);
    }

    /**
     * Waits until the leader of each new partition answers. A producer that is faster can have its first batch refused and
     * its second one taken, since a partition that knows no producer takes any sequence number; then the first one is out
     * of order until {@code delivery.timeout.ms} is over, and with it everything after it (seen with Kafka 4.3.1).
     */
    private void awaitLeaders(List<? extends Topic<?, ?>> created, Map<String, TopicDescription> found, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (Topic<?, ?> topic : created) {
            for (int i = 0; i < partitionsOf(found.get(topic.name())); i++) {
                partitions.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        // The answer does not matter, only that each leader gives one; the client asks again until then.
        var unused = within(deadline, admin.listOffsets(partitions).all().toCompletionStage());
    }

    private Map<String, TopicDescription> describe(List<String> names, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        while (true) {
            try {
                return within(
                        deadline, admin.describeTopics(names).allTopicNames().toCompletionStage());
            } catch (ExecutionException e) {
                // A topic just created is not known to every broker at once; the deadline ends this.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
    }

    private void checkShapes(
            Collection<? extends Topic<?, ?>> topics, Map<String, TopicDescription> found, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        List<ConfigResource> resources = found.keySet().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        Map<ConfigResource, Config> configs =
                within(deadline, admin.describeConfigs(resources).all().toCompletionStage());
        Map<String, String> cleanups = configs.entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().name(), entry -> cleanupOf(entry.getValue())));
        List<String> differences = new ArrayList<>();
        for (Topic<?, ?> topic : topics) {
            compare(topic, topic.shape().partitions(), partitionsOf(found.get(topic.name())), differences);
            compare(topic, topic.shape().cleanup(), cleanups.get(topic.name()), differences);
        }
        if (!differences.isEmpty()) {
            throw new TopicMismatch(differences);
        }
    }

    private static int partitionsOf(@Nullable TopicDescription description) {
        return description == null ? 0 : description.partitions().size();
    }

    private static String cleanupOf(Config config) {
        return config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
    }

    private static void compare(Topic<?, ?> topic, Object expected, @Nullable Object found, List<String> differences) {
        if (!expected.equals(found)) {
            String what = expected instanceof Integer ? "partitions" : TopicConfig.CLEANUP_POLICY_CONFIG;
            differences.add("topic " + topic.name() + ": expected " + what + " " + expected + ", found " + found);
        }
    }

    private static <T> T within(long deadline, CompletionStage<T> stage)
            throws TimeoutException, InterruptedException, ExecutionException {
        long left = Math.max(1, deadline - System.nanoTime());
        return stage.toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
    }
}
