package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.SpoolSettings.QueueLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Not a test of the build: {@code .ci/spool-2gb} runs it with a small heap. {@code fill DIR} leaves 2 GB of entries of
 * 1 KiB in the folder; {@code drain DIR} opens it, says how long that took, fails if it was 3 s or more, and drains it.
 */
final class TwoGigabytes {

    private static final long BYTES = 2L * 1024 * 1024 * 1024;
    private static final int BODY_BYTES = 1024;
    private static final int OUTSTANDING = 256;
    private static final long OPEN_MILLIS_MAX = 3000;

    private TwoGigabytes() {}

    public static void main(String[] arguments) throws Exception {
        SpoolSettings settings = new SpoolSettings(
                Path.of(arguments[1]), 2 * BYTES, 0, 64L * 1024 * 1024, Duration.ZERO, QueueLimits.DEFAULT);
        long before = System.nanoTime();
        try (Spool spool = Spool.open(settings, new DiskIo())) {
            long openMillis = (System.nanoTime() - before) / 1_000_000;
            System.out.println("open after " + openMillis + " ms: " + spool.status());
            if (openMillis >= OPEN_MILLIS_MAX) {
                throw new AssertionError("not open within " + OPEN_MILLIS_MAX + " ms");
            }
            if (arguments[0].equals("fill")) {
                fill(spool);
            } else {
                drain(spool);
            }
        }
    }

    private static void fill(Spool spool) {
        Deque<CompletableFuture<FrameRef>> outstanding = new ArrayDeque<>();
        for (int number = 0; spool.status().bytesOnDisk() < BYTES; number++) {
            outstanding.add(spool.append(Entries.with(number, new byte[BODY_BYTES])));
            if (outstanding.size() >= OUTSTANDING) {
                outstanding.remove().join();
            }
        }
        outstanding.forEach(CompletableFuture::join);
        System.out.println("filled: " + spool.status());
    }

    private static void drain(Spool spool) throws InterruptedException {
        long before = System.nanoTime();
        int count = 0;
        Optional<Due> due = spool.poll(Duration.ZERO);
        while (due.isPresent()) {
            spool.acked(due.get().ref());
            count++;
            due = spool.poll(Duration.ZERO);
        }
        long millis = (System.nanoTime() - before) / 1_000_000;
        System.out.println("drained " + count + " entries in " + millis + " ms");
    }
}
