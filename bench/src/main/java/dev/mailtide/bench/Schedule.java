package dev.mailtide.bench;

/** When requests are due. Times are those of {@link System#nanoTime}. */
final class Schedule {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long startNanos;
    private final long perSecond;
    private long taken;

    private Schedule(long startNanos, long perSecond) {
        this.startNanos = startNanos;
        this.perSecond = perSecond;
    }

    /** Closed loop: the next one is due as soon as a connection is free. */
    static Schedule closed() {
        return new Schedule(0, 0);
    }

    /**
     * Open loop: one after the other at this rate, whatever becomes of them. One that has to wait for a free connection stays
     * due when it was, so its wait is part of its latency (coordinated omission is not left out).
     */
    static Schedule open(long startNanos, long perSecond) {
        return new Schedule(startNanos, perSecond);
    }

    /** How long until the next one is due; 0 or less when it is. */
    long nanosUntilDue(long nowNanos) {
        return isClosed() ? 0 : dueNanos() - nowNanos;
    }

    /** Takes the next one, and says when it was due. */
    long take(long nowNanos) {
        long due = isClosed() ? nowNanos : dueNanos();
        taken++;
        return due;
    }

    private boolean isClosed() {
        return perSecond == 0;
    }

    private long dueNanos() {
        return startNanos + taken / perSecond * NANOS_PER_SECOND + taken % perSecond * NANOS_PER_SECOND / perSecond;
    }
}
