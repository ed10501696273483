package dev.mailtide.processor.streams;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to when everything has passed one topic of the way. Records of several partitions meet there in any order of their
 * times, so the first one that waits does not tell how old the others are. Instead it is noted, look by look, where the topic
 * ended when everything up to a time had come to it; once that end is passed, everything up to that time has passed.
 */
final class Passage {

    /** When there are more, they are thinned out evenly: what passes is known less often then, and is known all the same. */
    private static final int LOOKS_MAX = 1_000;

    private final List<Look> looks = new ArrayList<>();
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
        while (!looks.isEmpty() && looks.get(0).isPassedAt(waiting)) {
            passed = Optional.of(looks.remove(0).arrived());
        }
        return passed;
    }

    private void note(Instant arrived, Map<TopicPartition, Long> ends) {
        // While nothing comes, one look stands for all of them.
        if (!looks.isEmpty() && looks.get(looks.size() - 1).ends().equals(ends)) {
            looks.remove(looks.size() - 1);
        }
        looks.add(new Look(Map.copyOf(ends), arrived));
        if (looks.size() > LOOKS_MAX) {
            forgetOne();
        }
    }

    /** The one whose neighbours are closest in time; not the first, which is the next to be passed, and not the last. */
    private void forgetOne() {
        int closest = 1;
        for (int place = 2; place < looks.size() - 1; place++) {
            closest = millisAround(place) < millisAround(closest) ? place : closest;
        }
        looks.remove(closest);
    }

    private long millisAround(int place) {
        return looks.get(place + 1).arrived().toEpochMilli()
                - looks.get(place - 1).arrived().toEpochMilli();
    }
}
