package dev.mailtide.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What {@code bench ingest} is to do.
 *
 * @param connections of the closed loops, one after the other
 * @param rounds how often each measurement is made
 * @param warmUp of each process, once
 * @param window of each measurement
 * @param bodyBytes size of a body
 * @param openLoopPerSecond rate of the open loop; 0 for none
 * @param spool whether to measure with the broker stopped
 * @param ingestJvm options of the ingest's JVM, and of the one that it is compared with
 * @param settings further settings of ingest
 * @param folder where the folder for all of it is made
 */
record IngestPlan(
        List<Integer> connections,
        int rounds,
        Duration warmUp,
        Duration window,
        int bodyBytes,
        int openLoopPerSecond,
        SpoolPath spool,
        List<String> ingestJvm,
        Map<String, String> settings,
        Path folder) {

    /** Copies the lists. */
    IngestPlan {
        connections = List.copyOf(connections);
        ingestJvm = List.copyOf(ingestJvm);
        settings = Map.copyOf(settings);
    }

    /** Whether the spool is measured. */
    enum SpoolPath {
        LEFT_OUT,
        MEASURED
    }

    /** Of the largest closed loop, and the pool that the open loop may use. */
    int connectionsMax() {
        return connections.stream().mapToInt(Integer::intValue).max().orElse(1);
    }
}
