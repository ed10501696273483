package dev.mailtide.processor.streams;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Lets an application go on without what {@link TopicGuard} misses, where that leaves its counts true but for what is lost:
 * behind records of the source that were deleted before they were read, and with a source or output that was made anew.
 */
public final class LossAcceptance implements AutoCloseable {

    private final String applicationId;
    private final String source;
    private final Outputs outputs;
    private final KnownTopics knownTopics;
    private final GroupView view;

    /**
     * @param source the topic that the application reads from outside
     * @param outputs the topics that it writes for others
     * @param replication copies of the topic of known ids
     */
    public LossAcceptance(KafkaAccess kafka, String applicationId, String source, Outputs outputs, short replication) {
        this.applicationId = applicationId;
        this.source = source;
        this.outputs = outputs;
        this.knownTopics = new KnownTopics(kafka, applicationId, replication);
        this.view = new GroupView(kafka, applicationId);
    }

    /**
     * Accepts what is lost. No process of the application may run, and its last one must have been gone for as long as a
     * session lasts.
     *
     * @return a line for each thing that was accepted; none if nothing was lost
     * @throws ResourceException if the counts would be wrong without it: an internal topic, or the place in the source; or if
     *     Kafka does not answer
     */
    public List<String> accept() {
        return view.asking(() -> {
            Map<Integer, Long> committed = view.committed(source);
            Map<String, String> known = knownTopics.read();
            Guarded guarded = guarded(known.keySet());
            if (known.isEmpty()) {
                Losses.refuse(Losses.ofKnowledge(knownTopics.name(), guarded, committed, Set.of()));
                return List.of();
            }
            Map<String, String> present = view.ids(guarded.all());
            Losses.refuse(Losses.ofInternal(guarded, known, present));
            List<String> accepted = new ArrayList<>(Losses.whatOfOthers(guarded, known, present));
            accepted.addAll(goOn(guarded, Losses.isSame(source, known, present)));
            present.keySet().removeAll(guarded.internal());
            knownTopics.write(present);
            return accepted;
        });
    }

    /** Internal topics bear the application's name: those that are known are enough, the topology is not asked. */
    private Guarded guarded(Set<String> known) {
        Set<String> internal = new TreeSet<>(known);
        internal.removeIf(topic -> !topic.startsWith(applicationId + "-"));
        return new Guarded(applicationId, source, outputs, internal);
    }

    private List<String> goOn(Guarded guarded, boolean isTheSameSource)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<Integer, Long> beginnings = view.beginnings(source);
        Map<Integer, Long> committed = view.committed(source);
        if (!isTheSameSource) {
            view.goOnAt(source, beginnings);
            return List.of();
        }
        Losses.refuse(Losses.ofOffsets(guarded, beginnings, committed));
        List<String> gaps = Losses.ofGaps(guarded, beginnings, committed);
        beginnings
                .entrySet()
                .removeIf(beginning -> committed.getOrDefault(beginning.getKey(), 0L) >= beginning.getValue());
        view.goOnAt(source, beginnings);
        return gaps;
    }

    @Override
    public void close() {
        view.close();
    }
}
