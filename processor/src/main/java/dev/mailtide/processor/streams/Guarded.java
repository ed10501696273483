package dev.mailtide.processor.streams;

import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;

/**
 * The topics that an application rests on.
 *
 * @param applicationId the name of its group
 * @param source the topic that it reads from outside
 * @param outputs topics of others' that must stay the same as well
 * @param internal what Kafka Streams makes for it
 */
public record Guarded(String applicationId, String source, Set<String> outputs, Set<String> internal) {

    /** Copies the sets. */
    public Guarded {
        outputs = Set.copyOf(outputs);
        internal = Set.copyOf(internal);
    }

    /** Of an application with this topology. */
    public static Guarded of(String applicationId, String source, Set<String> outputs, Topology topology) {
        return new Guarded(applicationId, source, outputs, InternalTopics.of(applicationId, topology.describe()));
    }

    Set<String> all() {
        Set<String> all = new TreeSet<>(outputs);
        all.add(source);
        all.addAll(internal);
        return all;
    }
}
