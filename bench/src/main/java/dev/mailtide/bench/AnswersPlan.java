package dev.mailtide.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code bench answers} is to do.
 *
 * @param rate events a second that come in meanwhile
 * @param asksPerSecond of each question
 * @param warmUp load and questions before the window
 * @param window how long to ask
 * @param domains of the senders of what comes in
 * @param histories domains with 90 days of hours
 * @param events to be downloaded; 0 for no download
 * @param bodyBytes size of a body
 * @param jvm options of the measured JVM
 * @param folder where the folder for all of it is made
 */
record AnswersPlan(
        int rate,
        int asksPerSecond,
        Duration warmUp,
        Duration window,
        int domains,
        int histories,
        long events,
        int bodyBytes,
        List<String> jvm,
        Path folder) {

    /** Copies the list. */
    AnswersPlan {
        jvm = List.copyOf(jvm);
    }
}
