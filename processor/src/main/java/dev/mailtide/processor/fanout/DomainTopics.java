package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicCreator;
import dev.mailtide.common.topic.TopicMismatch;
import dev.mailtide.common.topic.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which topic a domain's events go to: its own, which is created and described before the first event is written to it,
 * or the overflow topic once there are as many own topics as the cap allows. A domain that has a topic keeps it.
 *
 * <p>Anybody may delete an own topic at any time. What was to be written to it then stays with the producer, and the stream
 * thread waits for the producer and asks nothing here: so {@link #look} makes the topic again, and not the thread.
 *
 * <p>One for the process: all stream threads ask the same one, so that they count to the same cap.
 */
final class DomainTopics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DomainTopics.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Decided domains that are remembered; with more, the memory is begun anew, and Kafka is asked again. */
    private static final int REMEMBERED_MAX = 100_000;

    private final Admin admin;
    private final Topics topics;
    private final int ownTopicsMax;
    private final Set<String> present = new HashSet<>();
    private final Map<SenderDomain, String> decided = new HashMap<>();
    private final Set<SenderDomain> askedForSinceTheLook = new HashSet<>();
    private final Set<SenderDomain> toBeMadeAgain = new HashSet<>();
    private boolean full;
    private volatile int ownTopics;

    DomainTopics(KafkaAccess kafka, Topics topics, int ownTopicsMax, Meters meters) {
        this.admin = kafka.openAdmin();
        this.topics = topics;
        this.ownTopicsMax = ownTopicsMax;
        meters.gauge("mailtide.fan.out.own.topics", "Topics that belong to one domain", () -> ownTopics);
        meters.gauge("mailtide.fan.out.own.topics.max", "How many there may be", () -> ownTopicsMax);
    }

    /**
     * The topic for this domain's events.
     *
     * @throws IllegalStateException if it cannot be had in time; the event must then be processed again
     */
    synchronized String topicFor(SenderDomain domain) {
        askedForSinceTheLook.add(domain);
        String known = decided.get(domain);
        if (known != null) {
            return known;
        }
        try {
            String topic = decide(domain);
            if (decided.size() >= REMEMBERED_MAX) {
                decided.clear();
                present.clear();
                askedForSinceTheLook.clear();
            }
            decided.put(domain, topic);
            ownTopics = present.size();
            return topic;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            throw new IllegalStateException("no topic for a domain within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a domain's topic", e);
        }
    }

    private String decide(SenderDomain domain) throws ExecutionException, InterruptedException, TimeoutException {
        if (present.isEmpty()) {
            names().stream().filter(topics::isOfADomain).forEach(present::add);
        }
        Topic<String, byte[]> own = topics.ofDomain(domain);
        if (present.contains(own.name())) {
            // Whatever its shape: its owner may have given it more partitions than we would.
            return own.name();
        }
        if (present.size() >= ownTopicsMax) {
            if (!full) {
                LOG.info(
                        "{} domains have a topic of their own (fan-out.own-topics-max); further ones share {}",
                        ownTopicsMax,
                        topics.domainOverflow().name());
                full = true;
            }
            return topics.domainOverflow().name();
        }
        create(own);
        present.add(own.name());
        return own.name();
    }

    private Set<String> names() throws ExecutionException, InterruptedException, TimeoutException {
        return admin.listTopics().names().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void create(Topic<String, byte[]> own) throws ExecutionException, InterruptedException, TimeoutException {
        try {
            new TopicCreator(admin, PATIENCE).createMissing(List.of(own));
        } catch (TopicMismatch somebodyWasFaster) {
            LOG.info("{} has a shape that its owner gave it", own.name());
        }
    }

    /**
     * Looks whether all own topics are still there. One that is gone is forgotten, so that it is made again when there is an
     * event for it; one that may have been written to since the last look is made again at once. To be called every few
     * seconds.
     */
    void look() throws ExecutionException, InterruptedException, TimeoutException {
        // Without the lock: whoever routes does not wait for this. A topic that has come since is there when it is made
        // again.
        for (SenderDomain domain : forgetAllBut(names())) {
            String topic = topicFor(domain);
            LOG.warn("the own topic of a domain was deleted; {} takes its events from now on", topic);
            madeAgain(domain);
        }
    }

    private synchronized List<SenderDomain> forgetAllBut(Set<String> there) {
        Set<String> gone = new HashSet<>(present);
        gone.removeAll(there);
        askedForSinceTheLook.stream()
                .filter(domain -> gone.contains(decided.getOrDefault(domain, "")))
                .forEach(toBeMadeAgain::add);
        askedForSinceTheLook.clear();
        present.removeAll(gone);
        decided.values().removeAll(gone);
        ownTopics = present.size();
        return List.copyOf(toBeMadeAgain);
    }

    private synchronized void madeAgain(SenderDomain domain) {
        toBeMadeAgain.remove(domain);
    }

    @Override
    public void close() {
        admin.close(PATIENCE);
    }
}
