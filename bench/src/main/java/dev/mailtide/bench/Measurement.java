package dev.mailtide.bench;

import java.time.Duration;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * Counts for one {@link Slice}: a warm-up that is discarded, then the window. Times are those of {@link System#nanoTime}.
 * Not safe for several threads at once.
 */
final class Measurement {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    private final long beginNanos;
    private final long endNanos;
    private final Supplier<Duration> cpu;

    private Phase phase = Phase.WARM_UP;
    private long begunNanos;
    private long endedNanos;
    private Duration cpuAtBegin = Duration.ZERO;
    private Duration cpuUsed = Duration.ZERO;
    private long acked;
    private long refused;
    private long unanswered;

    /**
     * @param startNanos when the warm-up begins
     * @param cpu processor time that the measured process has used since its start
     */
    Measurement(long startNanos, Duration warmUp, Duration window, Supplier<Duration> cpu) {
        this.beginNanos = startNanos + warmUp.toNanos();
        this.endNanos = beginNanos + window.toNanos();
        this.cpu = cpu;
    }

    private enum Phase {
        WARM_UP,
        WINDOW,
        OVER
    }

    /** Opens or closes the window if it is time to; to be called at least every few milliseconds. */
    void look(long nowNanos) {
        if (phase == Phase.WARM_UP && nowNanos - beginNanos >= 0) {
            phase = Phase.WINDOW;
            begunNanos = nowNanos;
            cpuAtBegin = cpu.get();
        }
        if (phase == Phase.WINDOW && nowNanos - endNanos >= 0) {
            phase = Phase.OVER;
            endedNanos = nowNanos;
            cpuUsed = cpu.get().minus(cpuAtBegin);
        }
    }

    /** Whether the window is closed. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** One unit is done. Its latency counts from when it was due, not from when it was sent. */
    void acked(long dueNanos, long nowNanos) {
        acked++;
        if (phase == Phase.WINDOW) {
            latencies.recordValue(Math.max(0, nowNanos - dueNanos));
        }
    }

    void refused() {
        refused++;
    }

    void unanswered() {
        unanswered++;
    }

    /** What was seen; only when it is over. */
    Slice result() {
        long units = latencies.getTotalCount();
        return new Slice(
                units,
                (endedNanos - begunNanos) / NANOS_PER_SECOND,
                units == 0 ? 0 : latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                units == 0 ? 0 : latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                units == 0 ? 0 : cpuUsed.toNanos() / 1_000.0 / units,
                acked,
                refused,
                unanswered);
    }
}
