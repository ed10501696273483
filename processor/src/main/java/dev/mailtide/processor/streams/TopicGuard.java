package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that an application only goes on with the topics that it began with. Kafka Streams itself makes an internal
 * topic anew when it is gone, and goes on from empty state without a word (KAFKA-10357); and a consumer that finds its
 * place gone from a topic begins somewhere else.
 *
 * <p>How it works: at its first start an application notes that it has begun, sets the offsets of its source to the
 * beginning, and notes the ids of its topics ({@link KnownTopics}), in this order, so that a kill at any point of it leaves
 * a first start that goes on. From then on the source has no reset policy, internal topics that are known are never
 * created again, and an id that is another one, or gone, ends the process before it can count anything on from zero.
 * Safe for use by several threads.
 */
public final class TopicGuard implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicGuard.class);

    /** The name of the gauge over {@link #lost}. */
    public static final String LOST = "mailtide.processor.topics.lost";

    /** What it tells. */
    public static final String LOST_MEANING = "1 when a topic is not the one from before, and the process is ending";

    /** A broker that has just started can know less than the cluster does, for a moment. */
    private static final Duration DOUBT_MAX = Duration.ofSeconds(3);

    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(200);

    private final Guarded guarded;
    private final KnownTopics knownTopics;
    private final GroupView view;
    private final Duration doubtMax;
    private volatile Map<String, String> known = Map.of();
    private volatile Optional<String> life = Optional.empty();
    private volatile Optional<String> problem = Optional.empty();

    /** @param replication copies of the topic in which it notes ids */
    public TopicGuard(KafkaAccess kafka, Guarded guarded, short replication) {
        this(kafka, guarded, replication, DOUBT_MAX);
    }

    TopicGuard(KafkaAccess kafka, Guarded guarded, short replication, Duration doubtMax) {
        this.doubtMax = doubtMax;
        this.guarded = guarded;
        this.knownTopics = new KnownTopics(kafka, guarded.applicationId(), replication);
        this.view = new GroupView(kafka, guarded.applicationId());
    }

    /**
     * Lets the application start, or says why not.
     *
     * @throws ResourceException if a topic is not the one from before, or its offsets do not fit it; or without Kafka
     */
    public void admit() {
        var unused = view.asking(() -> {
            Losses.refuse(confirmed(this::lossesOfKnowledge));
            if (known.isEmpty()) {
                note(Map.of(KnownTopics.BEGUN, "1"));
            }
            if (!known.containsKey(guarded.source())) {
                view.beginWhereNothingIsCommitted(guarded.source());
                Map<String, String> ids = view.ids(guarded.all());
                ids.keySet().removeAll(guarded.internal());
                note(ids);
            }
            Losses.refuse(confirmed(this::losses));
            noteNew(guarded.outputs().all());
            life = Optional.of(idOfKnownTopics());
            return known;
        });
    }

    /** A topic that was made a moment ago is not known to every broker yet. */
    private String idOfKnownTopics() throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + doubtMax.toNanos();
        while (true) {
            Map<String, String> ids = view.ids(Set.of(knownTopics.name()));
            if (ids.containsKey(knownTopics.name())) {
                return ids.getOrDefault(knownTopics.name(), "");
            }
            if (System.nanoTime() > deadline) {
                throw new TimeoutException("no id of " + knownTopics.name());
            }
            LockSupport.parkNanos(ASK_AGAIN_AFTER.toNanos());
        }
    }

    /**
     * In which of its lives the application is: another one each time that it has begun at the beginning of its source, and
     * the same for all its instances. It is the id of the topic of known ids, which is made before all else.
     *
     * @throws IllegalStateException before it was admitted
     */
    String life() {
        return life.orElseThrow(() -> new IllegalStateException("not admitted yet"));
    }

    /** The ids of these topics as one text, which is another one when one of them is; nothing while one is not known. */
    public Optional<String> idsOf(Set<String> topics) {
        Map<String, String> now = known;
        return now.keySet().containsAll(topics)
                ? Optional.of(topics.stream()
                        .sorted()
                        .map(topic -> now.getOrDefault(topic, ""))
                        .collect(Collectors.joining(" ")))
                : Optional.empty();
    }

    /**
     * Reads what is known. That it has begun is noted before there are offsets and internal topics, so what is known has to
     * be read after those were asked for: another instance may be in the middle of its first start.
     */
    private List<String> lossesOfKnowledge() throws ExecutionException, TimeoutException, InterruptedException {
        Map<Integer, Long> committed = view.committed(guarded.source());
        Set<String> internal = view.ids(guarded.internal()).keySet();
        known = Map.copyOf(knownTopics.read());
        return known.isEmpty() ? Losses.ofKnowledge(knownTopics.name(), guarded, committed, internal) : List.of();
    }

    /** What is wrong for longer than a moment. */
    private List<String> confirmed(GroupView.Question<List<String>> question)
            throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + doubtMax.toNanos();
        while (true) {
            List<String> losses = question.ask();
            if (losses.isEmpty() || System.nanoTime() > deadline) {
                return losses;
            }
            LockSupport.parkNanos(ASK_AGAIN_AFTER.toNanos());
        }
    }

    private List<String> losses() throws ExecutionException, TimeoutException, InterruptedException {
        List<String> losses = topicLosses();
        return losses.isEmpty()
                ? Losses.ofSource(guarded, view.beginnings(guarded.source()), view.committed(guarded.source()))
                : losses;
    }

    private List<String> topicLosses() throws ExecutionException, TimeoutException, InterruptedException {
        return Losses.ofTopics(guarded, known, view.ids(guarded.all()));
    }

    /**
     * Looks at the topics, and notes the ids of those that are new. To be called every few seconds.
     *
     * @return what is lost; nothing if all is well, or if Kafka does not answer
     */
    Optional<String> look() {
        return noteProblem(() -> {
            if (!topicLosses().isEmpty()) {
                return confirmed(this::losses);
            }
            noteNew(guarded.all());
            return List.of();
        });
    }

    /** Internal topics come after the first start; outputs are new when an earlier build did not look after them. */
    private void noteNew(Set<String> topics) throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, String> unknown = view.ids(topics);
        unknown.keySet().removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            note(unknown);
        }
    }

    /** Looks at the topics and at the place in the source: for a thread that has failed. */
    Optional<String> lookAfterFailure() {
        return noteProblem(() -> confirmed(this::losses));
    }

    private Optional<String> noteProblem(GroupView.Question<List<String>> losses) {
        try {
            problem = problem.or(() -> first(view.asking(losses)));
        } catch (ResourceException noAnswer) {
            LOG.warn("{}: cannot look after its topics: {}", guarded.applicationId(), noAnswer.getMessage());
        }
        return problem;
    }

    private static Optional<String> first(List<String> losses) {
        return losses.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", losses));
    }

    /** What is lost, if something is; it stays so until the process ends. */
    public Optional<String> problem() {
        return problem;
    }

    /** 1 if something is lost, else 0. */
    public int lost() {
        return problem.isPresent() ? 1 : 0;
    }

    /**
     * Told by Kafka Streams' admin client before it creates topics.
     *
     * @throws LostTopicException if one of them was there before
     */
    void beforeCreating(Collection<NewTopic> topics) {
        for (NewTopic topic : topics) {
            if (known.containsKey(topic.name())) {
                throw new LostTopicException(topic.name());
            }
        }
    }

    private void note(Map<String, String> ids) {
        knownTopics.write(ids);
        Map<String, String> more = new HashMap<>(known);
        more.putAll(ids);
        known = Map.copyOf(more);
    }

    @Override
    public void close() {
        view.close();
    }
}
