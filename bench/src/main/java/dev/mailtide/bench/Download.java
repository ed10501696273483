package dev.mailtide.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Downloads all events of a domain as CSV, counts the rows, and keeps none of them. */
final class Download {

    private static final Duration USED_EVERY = Duration.ofMillis(100);
    private static final Duration LIVE_EVERY = Duration.ofMillis(500);
    private static final double NANOS_PER_SECOND = 1e9;

    private final UpRole up;
    private final String path;
    private final long rowsExpected;
    private final Consumer<String> progress;

    /** @param path of the list of events, with its query */
    Download(UpRole up, String path, long rowsExpected, Consumer<String> progress) {
        this.up = up;
        this.path = path;
        this.rowsExpected = rowsExpected;
        this.progress = progress;
    }

    /**
     * One answer.
     *
     * @param status of HTTP
     * @param contentType in lower case
     * @param rows without the names of the columns
     */
    record Answer(int status, String contentType, long rows, long bytes, double seconds) {

        boolean isCsv() {
            return status == 200 && contentType.startsWith("text/csv");
        }

        double megabytesPerSecond() {
            return bytes / 1e6 / Math.max(seconds, 1e-9);
        }
    }

    /**
     * Two downloads: one that is left alone, and one during which everything is collected over and over.
     *
     * @param answer of the first
     * @param again of the second
     * @param usedMost greatest heap in use during the first, with what nobody needs any more
     * @param liveBefore heap in use before, after a collection of everything
     * @param liveMost the greatest such figure during the second
     */
    record Seen(Answer answer, Answer again, long usedMost, long liveBefore, long liveMost) {

        /** For a person who watches. */
        @Override
        public String toString() {
            return answer.isCsv()
                    ? String.format(
                            Locale.ROOT,
                            "%-13s %9d rows, %.1f MB/s; heap after a collection %.1f MB before, %.1f MB at most meanwhile",
                            "download",
                            answer.rows(),
                            answer.megabytesPerSecond(),
                            liveBefore / 1e6,
                            liveMost / 1e6)
                    : "download      no CSV, but " + answer.status() + " " + answer.contentType();
        }

        /** How much more is needed during a download than before. */
        long growth() {
            return Math.max(0, liveMost - liveBefore);
        }
    }

    Seen measure() throws IOException, InterruptedException {
        try (HeapWatch heap = HeapWatch.of(up.process())) {
            long before = heap.liveBytes();
            HeapWatch.Watched<Answer> alone = HeapWatch.during(this::get, heap::usedBytes, USED_EVERY);
            HeapWatch.Watched<Answer> collected = HeapWatch.during(this::get, heap::liveBytes, LIVE_EVERY);
            return new Seen(alone.result(), collected.result(), alone.mostBytes(), before, collected.mostBytes());
        }
    }

    private Answer get() throws IOException, InterruptedException {
        Lines lines = new Lines(new Progress("rows", rowsExpected, progress));
        long start = System.nanoTime();
        try (PlainClient client = new PlainClient(up.apiAddress(), up.token())) {
            PlainClient.Head head = client.ask(path, "text/csv", lines);
            double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
            if (Thread.interrupted()) {
                throw new InterruptedException("told to stop");
            }
            return new Answer(head.status(), head.contentType(), Math.max(0, lines.ends - 1), lines.bytes, seconds);
        }
    }

    /** Counts the ends of lines; no field of the bench's events has one in it. */
    private static final class Lines implements PlainClient.Sink {

        private final Progress progress;
        private long ends;
        private long bytes;

        private Lines(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void take(byte[] taken, int from, int to) throws IOException {
            for (int i = from; i < to; i++) {
                ends += taken[i] == '\n' ? 1 : 0;
            }
            bytes += to - from;
            progress.at(ends);
            if (Thread.currentThread().isInterrupted()) {
                throw new IOException("told to stop");
            }
        }
    }
}
