package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * How long an application has stood still, judged by what moves: committed offsets where records wait ({@link
 * StillPartitions}), rows where it restores ({@link StillTakeover}), and threads that ask for records ({@link
 * SilentThreads}). The state that Kafka Streams tells of itself says nothing: it is RUNNING while a thread hangs. Not safe
 * for use by several threads.
 */
final class Stillness {

    private final StillPartitions partitions;
    private final StillTakeover takeover;
    private final SilentThreads threads;
    private long restoredBefore;
    private long lookedNanos;

    /** @param max longer than any rebalance, and than any failure of a broker that heals by itself */
    Stillness(Duration max) {
        this.partitions = new StillPartitions(max);
        this.takeover = new StillTakeover(max);
        this.threads = new SilentThreads(max);
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
            // A restore takes its time, and everything else waits for it. It makes nothing good, though: a thread that
            // fails
            // again and again over one record restores each time.
            partitions.pause(sight.nanos() - lookedNanos);
            takeover.forget();
            threads.forget();
            restoredBefore = sight.restored();
        }
        lookedNanos = sight.nanos();
        Optional<String> waiting = partitions.after(sight.nanos(), sight.positions());
        Optional<String> unsettled = takeover.after(sight.nanos(), sight.isSettled());
        Optional<String> silent = threads.after(sight.nanos(), sight.unasked());
        return waiting.or(() -> unsettled).or(() -> silent);
    }

    /**
     * It waits for something that passes by itself: that nothing is committed, and that threads come and go, says nothing of
     * this time. Each of them still asks for records again and again, unless it hangs.
     */
    void excuse() {
        partitions.forget();
        takeover.forget();
    }

    /** Nobody could look: what was seen before says nothing any more. */
    void forget() {
        partitions.forget();
        takeover.forget();
        threads.forget();
    }
}
