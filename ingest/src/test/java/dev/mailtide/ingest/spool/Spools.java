package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Spools for tests, and what is done with them again and again. */
final class Spools {

    private Spools() {}

    /** Roomy, and without a grace. */
    static SpoolSettings settings(Path folder) {
        return new SpoolSettings(folder, 1_000_000, 0, 100_000, Duration.ZERO, new QueueLimits(1_000, 1_000_000));
    }

    /** The places of these entries, in the spool that a process leaves behind that took them and ended. */
    static List<FrameRef> left(SpoolSettings settings, SpoolIo io, int... numbers) {
        return left(settings, io, Arrays.stream(numbers).mapToObj(Entries::of).toArray(SpoolEntry[]::new));
    }

    static List<FrameRef> left(SpoolSettings settings, SpoolIo io, SpoolEntry... entries) {
        try (Spool spool = Spool.open(settings, io)) {
            List<CompletableFuture<FrameRef>> answers =
                    Arrays.stream(entries).map(spool::append).toList();
            return answers.stream().map(CompletableFuture::join).toList();
        }
    }

    /** Acks everything that is due; gives how much that was. */
    static int drain(Spool spool) throws InterruptedException {
        int count = 0;
        Optional<Due> due = spool.poll(Duration.ZERO);
        while (due.isPresent()) {
            spool.acked(due.get().ref());
            count++;
            due = spool.poll(Duration.ZERO);
        }
        return count;
    }
}
