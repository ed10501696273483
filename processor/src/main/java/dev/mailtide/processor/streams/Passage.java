package dev.mailtide.processor.streams;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to when everything has passed one topic of the way. Records of several partitions meet there in any order of their
 * times, so the first one that waits does not tell how old the others are. Instead it is noted, look by look, where the topic
 * ended when everything up to a time had come to it; once that end is passed, everything up to that time has passed.
 */
final class Passage {

    /** Further back than so many looks nothing is remembered; then it takes longer until the next time is known. */
    private static final int LOOKS_MAX = 1_000;

    private final Deque<Look> looks = new ArrayDeque<>();
    private Optional<Instant> passed = Optional.empty();

    private record Look(Map<TopicPartition, Long> ends, Instant arrived) {

        boolean isPassedAt(Map<TopicPartition, Long> waiting) {
            return ends.entrySet().stream().allMatch(end -> waiting.getOrDefault(end.getKey(), 0L) >= end.getValue());
        }
    }

    /**
     * One look.
     *
     * @param arrived everything up to then stands in the topic
     * @param ends where it ended after that
     * @param waiting the offset of the first record of each partition that has not been processed, looked up after that
     * @return up to when everything has passed; nothing if that is not known yet
     */
    Optional<Instant> look(
            Optional<Instant> arrived, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> waiting) {
        arrived.ifPresent(time -> note(time, ends));
        while (!looks.isEmpty() && looks.getFirst().isPassedAt(waiting)) {
            passed = Optional.of(looks.removeFirst().arrived());
        }
        return passed;
    }

    private void note(Instant arrived, Map<TopicPartition, Long> ends) {
        // While nothing comes, one look stands for all of them.
        if (!looks.isEmpty() && looks.getLast().ends().equals(ends)) {
            looks.removeLast();
        }
        looks.addLast(new Look(Map.copyOf(ends), arrived));
        if (looks.size() > LOOKS_MAX) {
            looks.removeFirst();
        }
    }
}
