package dev.mailtide.processor.streams;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Where changelogs ended at the last looks, each look with the time up to which everything was counted before it. */
final class EndsInTime {

    /** A copy that is further behind than so many seconds has nothing to say. */
    private static final int LOOKS_MAX = 120;

    /** The last thing in a changelog is the marker that ends a transaction; a copy does not count that as applied. */
    private static final int MARKER = 1;

    private final Map<TopicPartition, Deque<Look>> looks = new HashMap<>();

    private record Look(long end, Instant counted) {}

    /** Everything up to this time stands before this end of the changelog. */
    synchronized void note(TopicPartition changelog, long end, Instant counted) {
        Deque<Look> ofThis = looks.computeIfAbsent(changelog, first -> new ArrayDeque<>());
        // A changelog that is shorter than it was is another one.
        if (!ofThis.isEmpty() && ofThis.getLast().end() > end) {
            ofThis.clear();
        }
        // While nothing is added, one look stands for all of them.
        if (!ofThis.isEmpty() && ofThis.getLast().end() == end) {
            ofThis.removeLast();
        }
        ofThis.addLast(new Look(end, counted));
        if (ofThis.size() > LOOKS_MAX) {
            ofThis.removeFirst();
        }
    }

    /** Forgets all other changelogs. */
    synchronized void retain(Set<TopicPartition> changelogs) {
        looks.keySet().retainAll(changelogs);
    }

    /**
     * The latest time of all looks whose end has been reached.
     *
     * @param next the first offset that has not been applied
     */
    synchronized Optional<Instant> passedBy(TopicPartition changelog, long next) {
        Iterator<Look> latestFirst =
                looks.getOrDefault(changelog, new ArrayDeque<>()).descendingIterator();
        while (latestFirst.hasNext()) {
            Look look = latestFirst.next();
            if (next + MARKER >= look.end()) {
                return Optional.of(look.counted());
            }
        }
        return Optional.empty();
    }
}
