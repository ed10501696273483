package dev.mailtide.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench processor} is to do.
 *
 * @param events bodies in each backlog
 * @param rounds how often each backlog is drained, after one that does not count
 * @param domains of senders, where they are uniform
 * @param bodyBytes size of a body
 * @param jvm options of the processor's JVM, and of the one that it is compared with
 * @param settings further settings of the processor
 * @param folder where the folder for all of it is made
 */
record ProcessorPlan(
        int events,
        int rounds,
        int domains,
        int bodyBytes,
        List<String> jvm,
        Map<String, String> settings,
        Path folder) {

    /** Copies the lists. */
    ProcessorPlan {
        jvm = List.copyOf(jvm);
        settings = Map.copyOf(settings);
    }
}
