package dev.mailtide.common.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.ThrottlingQuotaExceededException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates topics, and says when one that is already there has another shape. A topic is usable once
 * {@link #createMissing} has returned: it has been described since, with all its partitions, and their leaders answer.
 */
public final class TopicCreator {

    /** The client would wait by itself until the quota lets it, and be out of time by then. */
    private static final CreateTopicsOptions AT_ONCE = new CreateTopicsOptions().retryOnQuotaViolation(false);

    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(100);

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
        throwFirst(outcomes(admin.createTopics(asked(missing)), new HashSet<>(), deadline));
        Map<String, Throwable> refused = new HashMap<>();
        Map<String, TopicDescription> found = describe(namesOf(topics), refused, deadline, deadline);
        throwFirst(refused);
        if (found.size() < topics.size()) {
            throw new TimeoutException("Kafka does not know a topic that is to be there");
        }
        checkShapes(topics, found, deadline);
        awaitLeaders(missing, found, deadline);
    }

    private static Set<String> namesOf(Collection<? extends Topic<?, ?>> topics) {
        return topics.stream().<String>map(Topic::name).collect(Collectors.toSet());
    }

    /**
     * What became of topics that were to be there. One that is in none of these was deleted meanwhile, or is not known to every
     * broker yet: to be tried again.
     *
     * @param partitions of each that is there and can be used
     * @param created those that were not there before
     * @param refused why others cannot be made, looked at, or used: {@link TopicMismatch} for one that compacts and must not
     * @param differences one line for each in which one that was there before is not what would have been made, and is used
     *     all the same
     */
    public record Made(
            Map<String, Integer> partitions,
            Set<String> created,
            Map<String, Throwable> refused,
            List<String> differences) {

        /** Copies all of them. */
        public Made {
            partitions = Map.copyOf(partitions);
            created = Set.copyOf(created);
            refused = Map.copyOf(refused);
            differences = List.copyOf(differences);
        }
    }

    /**
     * Makes those that are not there, as many as Kafka lets us, and takes those that are there as they are, unless they would
     * lose records. One that is refused or deleted is no obstacle to the others. Returns when each of them is usable.
     *
     * @param own opens a connection of their own for the creations, which is closed again: who has used up a quota is not
     *     answered on the same connection until the quota lets him
     * @throws TimeoutException if Kafka does not answer in time; some of them may be there then
     */
    public Made makeEach(Collection<? extends Topic<?, ?>> topics, Supplier<Admin> own)
            throws TimeoutException, InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long deadline = start + patience.toNanos();
        Set<String> present = within(deadline, admin.listTopics().names().toCompletionStage());
        List<? extends Topic<?, ?>> missing =
                topics.stream().filter(topic -> !present.contains(topic.name())).toList();
        Set<String> created = new HashSet<>();
        Map<String, Throwable> refused =
                missing.isEmpty() ? new HashMap<>() : tryToCreate(missing, own, created, deadline);
        Set<String> names = namesOf(topics);
        names.removeAll(refused.keySet());
        // One that nobody finds must leave time for what is to be done with the others.
        Map<String, TopicDescription> found = describe(names, refused, start + patience.toNanos() / 2, deadline);
        List<String> differences = new ArrayList<>();
        judge(
                topics.stream()
                        .filter(topic -> found.containsKey(topic.name()) && !created.contains(topic.name()))
                        .toList(),
                new Findings(found, refused, differences),
                deadline);
        awaitLeaders(
                missing.stream()
                        .filter(topic -> found.containsKey(topic.name()))
                        .toList(),
                found,
                deadline);
        Map<String, Integer> partitions = new HashMap<>();
        found.forEach((name, description) -> partitions.put(name, TopicShapes.partitionsOf(description)));
        return new Made(partitions, created, refused, differences);
    }

    /** What is known of topics so far: what is there, what is refused, and what is not as it would have been made. */
    private record Findings(
            Map<String, TopicDescription> found, Map<String, Throwable> refused, List<String> differences) {}

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
            for (int i = 0; i < TopicShapes.partitionsOf(found.get(topic.name())); i++) {
                partitions.put(new TopicPartition(topic.name(), i), OffsetSpec.latest());
            }
        }
        // The answer does not matter, only that each leader gives one; the client asks again until then.
        var unused = within(deadline, admin.listOffsets(partitions).all().toCompletionStage());
    }

    /**
     * Describes those that are there. A topic just created is not known to every broker at once, so those that are unknown are
     * asked for again until this time; what is unknown still is left out.
     *
     * @param refused is told of those that may not be described
     */
    private Map<String, TopicDescription> describe(
            Set<String> names, Map<String, Throwable> refused, long untilNanos, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Map<String, TopicDescription> found = new HashMap<>();
        Set<String> unknown = new HashSet<>(names);
        while (true) {
            for (var asked : admin.describeTopics(unknown).topicNameValues().entrySet()) {
                answer(asked.getKey(), asked.getValue(), refused, deadline)
                        .ifPresent(description -> found.put(asked.getKey(), description));
            }
            unknown.removeAll(found.keySet());
            unknown.removeAll(refused.keySet());
            if (unknown.isEmpty() || System.nanoTime() > untilNanos) {
                return found;
            }
            LockSupport.parkNanos(ASK_AGAIN_AFTER.toNanos());
        }
    }

    private Map<String, Config> configsOf(
            Collection<? extends Topic<?, ?>> topics, Map<String, Throwable> refused, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        List<ConfigResource> resources = topics.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        Map<String, Config> configs = new HashMap<>();
        for (var asked : admin.describeConfigs(resources).values().entrySet()) {
            String name = asked.getKey().name();
            answer(name, asked.getValue(), refused, deadline).ifPresent(config -> configs.put(name, config));
        }
        return configs;
    }

    /** What is answered about one topic; nothing if Kafka does not know it, or says that we may not ask, which is noted. */
    private static <T> Optional<T> answer(
            String topic, KafkaFuture<T> asked, Map<String, Throwable> refused, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        try {
            return Optional.of(within(deadline, asked.toCompletionStage()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException refusal) {
                refused.put(topic, refusal);
            } else if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    /** Holds those that were there before against what would have been made. */
    private void judge(List<? extends Topic<?, ?>> existing, Findings findings, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Map<String, Config> configs = configsOf(existing, findings.refused(), deadline);
        for (Topic<?, ?> topic : existing) {
            Config config = configs.get(topic.name());
            if (config == null) {
                findings.found().remove(topic.name());
                continue;
            }
            List<String> differences =
                    TopicShapes.differences(topic, findings.found().get(topic.name()), config);
            if (TopicShapes.losesRecords(topic, config)) {
                findings.refused().put(topic.name(), new TopicMismatch(differences));
                findings.found().remove(topic.name());
            } else {
                findings.differences().addAll(differences);
            }
        }
    }

    private void checkShapes(
            Collection<? extends Topic<?, ?>> topics, Map<String, TopicDescription> found, long deadline)
            throws TimeoutException, InterruptedException, ExecutionException {
        Map<String, Throwable> refused = new HashMap<>();
        Map<String, Config> configs = configsOf(topics, refused, deadline);
        throwFirst(refused);
        List<String> differences = new ArrayList<>();
        for (Topic<?, ?> topic : topics) {
            Config config = configs.get(topic.name());
            if (config == null) {
                throw new TimeoutException("a topic that was there is not known to Kafka");
            }
            differences.addAll(TopicShapes.fixedDifferences(topic, found.get(topic.name()), config));
        }
        if (!differences.isEmpty()) {
            throw new TopicMismatch(differences);
        }
    }

    private static void throwFirst(Map<String, Throwable> refused) throws ExecutionException {
        for (Throwable why : refused.values()) {
            throw new ExecutionException(why);
        }
    }

    private static <T> T within(long deadline, CompletionStage<T> stage)
            throws TimeoutException, InterruptedException, ExecutionException {
        long left = Math.max(1, deadline - System.nanoTime());
        return stage.toCompletableFuture().get(left, TimeUnit.NANOSECONDS);
    }
}
