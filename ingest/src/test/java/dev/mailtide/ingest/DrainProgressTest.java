package dev.mailtide.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.FrameRef;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolEntry;
import dev.mailtide.ingest.spool.SpoolSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainProgressTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicLong nanos = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    void the_end_of_a_drain_says_what_became_of_what_waited() throws Exception {
        SpoolSettings settings =
                new SpoolSettings(folder, 10_000_000, 0, 1_000_000, Duration.ZERO, SpoolSettings.QueueLimits.DEFAULT);
        try (Meters meters = new Meters();
                Spool spool = Spool.open(settings, new DiskIo())) {
            SpoolMeters counts = new SpoolMeters(meters, spool, InstantSource.system());
            DrainProgress progress = new DrainProgress(spool, counts, nanos::get);
            appendThree(spool);
            assertThat(line(progress)).contains("spool: 3 bodies wait (0 MB), 0 drained, 0/s, standing still");
            spool.setAside(due(spool), "RecordTooLarge");
            assertThat(line(progress)).contains("spool: 2 bodies wait (0 MB), 0 drained, 0/s, standing still");
            spool.acked(due(spool));
            counts.drained();
            spool.acked(due(spool));
            counts.drained();
            assertThat(line(progress)).contains("spool: nothing waits any more; drained 2, set aside 1, lost 0");
            assertThat(line(progress)).isEmpty();
        }
    }

    private static void appendThree(Spool spool) {
        for (String id : List.of("a", "b", "c")) {
            spool.append(new SpoolEntry(id, List.of(), new byte[1])).join();
        }
    }

    private static FrameRef due(Spool spool) throws InterruptedException {
        return spool.poll(SOON).orElseThrow().ref();
    }

    private Optional<String> line(DrainProgress progress) {
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        return progress.line();
    }
}
