package dev.mailtide.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench restore} is to do.
 *
 * @param messages in the ledger
 * @param eventsPerMessage 1 or 2
 * @param bodyBytes size of a body
 * @param jvm options of the processor's JVM
 * @param settings further settings of the processor
 * @param folder where the folder for all of it is made
 */
record RestorePlan(
        int messages,
        int eventsPerMessage,
        int bodyBytes,
        List<String> jvm,
        Map<String, String> settings,
        Path folder) {

    /** Copies the lists. */
    RestorePlan {
        jvm = List.copyOf(jvm);
        settings = Map.copyOf(settings);
    }

    /** Bodies to load. */
    long events() {
        return (long) messages * eventsPerMessage;
    }
}
