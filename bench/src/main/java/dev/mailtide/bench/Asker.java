package dev.mailtide.bench;

import java.io.IOException;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Asks at moments that no answer changes, on one connection: in each interval at a moment of chance, so that several of them do
 * not keep step. A latency runs from when a question was due until the last byte of its answer, so neither a late question nor a
 * late answer shortens it (coordinated omission is not left out).
 */
final class Asker implements Callable<Slice> {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int OK = 200;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final PlainClient client;
    private final Supplier<String> paths;
    private final Window window;
    private final SplittableRandom chance;
    private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    private long answered;
    private long refused;
    private long unanswered;

    /**
     * Nothing is asked yet.
     *
     * @param client of nobody else; closed at the end
     * @param paths what to ask next
     * @param seed of the moments
     */
    Asker(PlainClient client, Supplier<String> paths, Window window, long seed) {
        this.client = client;
        this.paths = paths;
        this.window = window;
        this.chance = new SplittableRandom(seed);
    }

    /**
     * When to ask. Times are those of {@link System#nanoTime}.
     *
     * @param firstNanos where the first interval begins
     * @param beginNanos questions that are due from here on are measured
     * @param endNanos no interval begins from here on
     * @param perSecond intervals
     */
    record Window(long firstNanos, long beginNanos, long endNanos, int perSecond) {

        long intervalNanos() {
            return (long) NANOS_PER_SECOND / perSecond;
        }
    }

    @Override
    public Slice call() throws IOException, InterruptedException {
        try (client) {
            for (long interval = window.firstNanos();
                    interval - window.endNanos() < 0;
                    interval += window.intervalNanos()) {
                long due = interval + chance.nextLong(window.intervalNanos());
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                ask(due);
            }
        }
        double seconds = (window.endNanos() - window.beginNanos()) / NANOS_PER_SECOND;
        return new Slice(latencies.getTotalCount(), seconds, millis(50), millis(99), 0, answered, refused, unanswered);
    }

    private void ask(long due) {
        try {
            int status = client.ask(paths.get(), "application/json", (bytes, from, to) -> {})
                    .status();
            if (status == OK) {
                answered++;
                note(due);
            } else {
                refused++;
            }
        } catch (IOException e) {
            unanswered++;
        }
    }

    private void note(long due) {
        if (due - window.beginNanos() >= 0) {
            latencies.recordValue(Math.max(0, System.nanoTime() - due));
        }
    }

    private double millis(double percent) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percent) / NANOS_PER_MILLI;
    }
}
