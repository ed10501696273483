package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/** In which partitions records wait, and nothing is committed. Not safe for use by several threads. */
final class StillPartitions {

    private final Duration max;
    private final Map<TopicPartition, Since> waiting = new HashMap<>();

    private record Since(long position, long nanos) {}

    StillPartitions(Duration max) {
        this.max = max;
    }

    /** The first one that has stood still for too long, if one has; each position is of a partition with more to read. */
    Optional<String> after(long nanos, Map<TopicPartition, Long> positions) {
        waiting.keySet().retainAll(positions.keySet());
        positions.forEach((partition, position) -> waiting.merge(
                partition,
                new Since(position, nanos),
                (before, now) -> before.position() == now.position() ? before : now));
        return waiting.entrySet().stream()
                .filter(entry -> nanos - entry.getValue().nanos() > max.toNanos())
                .map(entry -> "nothing of " + entry.getKey() + " has been committed for "
                        + Duration.ofNanos(nanos - entry.getValue().nanos()).toSeconds() + " s, though records wait")
                .sorted()
                .findFirst();
    }

    void forget() {
        waiting.clear();
    }
}
