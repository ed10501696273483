package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * How long an application has stood still, judged by what moves: committed offsets where records wait, rows where it
 * restores, and threads that ask for records. One that hangs while nothing waits is given up by its group in the end, and
 * would hold old numbers for true ones while another instance counts on. The state that Kafka Streams tells of itself says
 * nothing: it is RUNNING while a thread hangs. Not safe for use by several threads.
 */
final class Stillness {

    private final Duration max;
    private final Map<TopicPartition, Since> waiting = new HashMap<>();
    private Optional<Long> unsettledSinceNanos = Optional.empty();
    private Optional<Long> watchedSinceNanos = Optional.empty();
    private boolean wasSilent;
    private long restoredBefore;

    private record Since(long position, long nanos) {}

    /** @param max longer than any rebalance, and than any failure of a broker that heals by itself */
    Stillness(Duration max) {
        this.max = max;
    }

    /**
     * One look.
     *
     * @param nanos when, on a clock that only goes forward
     * @param isSettled whether it holds its partitions, and has restored what it needs
     * @param positions where it goes on in each of its own partitions that have more to read
     * @param restored rows restored since the start
     * @param unasked for how long one of its threads has not asked for records
     */
    record Sight(long nanos, boolean isSettled, Map<TopicPartition, Long> positions, long restored, Duration unasked) {}

    /** What has not moved for too long, if anything. */
    Optional<String> after(Sight sight) {
        if (sight.restored() != restoredBefore) {
            forget();
            restoredBefore = sight.restored();
        }
        unsettledSinceNanos =
                sight.isSettled() ? Optional.empty() : unsettledSinceNanos.or(() -> Optional.of(sight.nanos()));
        waiting.keySet().retainAll(sight.positions().keySet());
        sight.positions()
                .forEach((partition, position) -> waiting.merge(
                        partition,
                        new Since(position, sight.nanos()),
                        (before, now) -> before.position() == now.position() ? before : now));
        return tooLong(sight.nanos()).or(() -> silent(sight));
    }

    /** Seen twice: once may be that this whole process stood still, and its threads are about to go on. */
    private Optional<String> silent(Sight sight) {
        watchedSinceNanos = watchedSinceNanos.or(() -> Optional.of(sight.nanos()));
        long watchedNanos = sight.nanos() - watchedSinceNanos.get();
        boolean isSilent = isTooLong(Math.min(watchedNanos, sight.unasked().toNanos()));
        boolean isSure = isSilent && wasSilent;
        wasSilent = isSilent;
        return isSure
                ? Optional.of("a thread has not asked for records for "
                        + sight.unasked().toSeconds() + " s")
                : Optional.empty();
    }

    private Optional<String> tooLong(long nanos) {
        Optional<String> stuck = waiting.entrySet().stream()
                .filter(entry -> isTooLong(nanos - entry.getValue().nanos()))
                .map(entry -> "nothing of " + entry.getKey() + " has been committed for "
                        + Duration.ofNanos(nanos - entry.getValue().nanos()).toSeconds() + " s, though records wait")
                .sorted()
                .findFirst();
        return stuck.or(() -> unsettledSinceNanos
                .filter(since -> isTooLong(nanos - since))
                .map(since -> "it has been taking over partitions for "
                        + Duration.ofNanos(nanos - since).toSeconds() + " s, and nothing has been restored"));
    }

    private boolean isTooLong(long stillNanos) {
        return stillNanos > max.toNanos();
    }

    /** Nobody could look: what was seen before says nothing any more. */
    void forget() {
        waiting.clear();
        unsettledSinceNanos = Optional.empty();
        watchedSinceNanos = Optional.empty();
        wasSilent = false;
    }
}
