package dev.mailtide.processor.streams;

import java.util.Set;
import org.apache.kafka.streams.Topology;

/**
 * The topics that an application rests on.
 *
 * @param applicationId the name of its group
 * @param source the topic that it reads from outside
 * @param outputs the topics that it writes for others, and that must stay the same as well
 * @param internal what Kafka Streams makes for it
 */
public record Guarded(String applicationId, String source, Outputs outputs, Set<String> internal) {

    /** Copies the set. */
    public Guarded {
        internal = Set.copyOf(internal);
    }

    /** Of an application with this topology. */
    public static Guarded of(String applicationId, String source, Outputs outputs, Topology topology) {
        return new Guarded(applicationId, source, outputs, InternalTopics.of(applicationId, topology.describe()));
    }

    Set<String> all() {
        Set<String> all = outputs.all();
        all.add(source);
        all.addAll(internal);
        return all;
    }
}
