package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * In which partitions records wait, and nothing is committed. A partition that nobody holds for a moment, while a failed thread
 * is replaced, has stood still through it. Not safe for use by several threads.
 */
final class StillPartitions {

    /** Longer than a thread takes to be replaced. */
    private static final Duration UNSEEN_MAX = Duration.ofSeconds(30);

    private final Duration max;
    private final Map<TopicPartition, Stand> waiting = new HashMap<>();

    /** @param unseenNanos at which look it was not held any more, or had no more to read; nothing while it is seen */
    private record Stand(long position, long sinceNanos, Optional<Long> unseenNanos) {

        Stand unseenAt(long nanos) {
            return new Stand(position, sinceNanos, Optional.of(unseenNanos.orElse(nanos)));
        }
    }

    StillPartitions(Duration max) {
        this.max = max;
    }

    /** The first one that has stood still for too long, if one has; each position is of a partition with more to read. */
    Optional<String> after(long nanos, Map<TopicPartition, Long> positions) {
        waiting.replaceAll((partition, stand) -> positions.containsKey(partition) ? stand : stand.unseenAt(nanos));
        waiting.values()
                .removeIf(stand -> stand.unseenNanos()
                        .filter(unseen -> nanos - unseen > UNSEEN_MAX.toNanos())
                        .isPresent());
        positions.forEach((partition, position) -> waiting.merge(
                partition,
                new Stand(position, nanos, Optional.empty()),
                (before, now) -> before.position() == now.position()
                        ? new Stand(position, before.sinceNanos(), Optional.empty())
                        : now));
        return positions.keySet().stream()
                .map(partition -> Map.entry(
                        partition,
                        nanos - Objects.requireNonNull(waiting.get(partition)).sinceNanos()))
                .filter(still -> still.getValue() > max.toNanos())
                .map(still -> "nothing of " + still.getKey() + " has been committed for "
                        + Duration.ofNanos(still.getValue()).toSeconds() + " s, though records wait")
                .sorted()
                .findFirst();
    }

    /** This long does not count, since a restore has gone on, for which everything waits. */
    void pause(long nanos) {
        waiting.replaceAll(
                (partition, stand) -> new Stand(stand.position(), stand.sinceNanos() + nanos, stand.unseenNanos()));
    }

    void forget() {
        waiting.clear();
    }
}
