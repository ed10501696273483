package dev.mailtide.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code bench end-to-end} is to do.
 *
 * @param rates events a second, one step after the other
 * @param warmUp load before the first step
 * @param window length of a step
 * @param domains of senders
 * @param bodyBytes size of a body
 * @param jvm options of the measured JVM
 * @param folder where the folder for all of it is made
 */
record EndToEndPlan(
        List<Integer> rates,
        Duration warmUp,
        Duration window,
        int domains,
        int bodyBytes,
        List<String> jvm,
        Path folder) {

    /** Copies the lists. */
    EndToEndPlan {
        rates = List.copyOf(rates);
        jvm = List.copyOf(jvm);
    }
}
