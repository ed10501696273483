package dev.mailtide.processor.fanout;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether events wait for routes, over the times in between: a thread that has waited in vain is replaced, and waits again
 * some ten seconds later. Safe for use by several threads.
 */
final class VainWaits {

    /** Longer than a thread takes to be replaced and to wait in vain once more. */
    private static final Duration APART_MAX = Duration.ofMinutes(1);

    /** After a crash of the instance that writes routes, another one begins within some ten seconds. */
    private static final Duration USUAL_MAX = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private Optional<Long> firstNanos = Optional.empty();
    private long lastNanos;

    /** @param nanos a clock that only goes forward */
    VainWaits(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Somebody has waited in vain. */
    synchronized void add() {
        long now = nanos.getAsLong();
        firstNanos = firstNanos.filter(first -> isNear(now)).or(() -> Optional.of(now));
        lastNanos = now;
    }

    /** Somebody has got what he waited for. */
    synchronized void end() {
        firstNanos = Optional.empty();
    }

    /** Whether somebody waits, as far as one can tell. */
    synchronized boolean goOn() {
        return lasting().isPresent();
    }

    /** That somebody waits for longer than is usual, if so. */
    synchronized Optional<String> problem() {
        return lasting()
                .filter(lasting -> lasting.compareTo(USUAL_MAX) > 0)
                .map(lasting -> "cannot send events of new domains on: nobody has written a route for them for "
                        + lasting.toSeconds() + " s");
    }

    private Optional<Duration> lasting() {
        long now = nanos.getAsLong();
        return firstNanos.filter(first -> isNear(now)).map(first -> Duration.ofNanos(now - first));
    }

    private boolean isNear(long now) {
        return now - lastNanos <= APART_MAX.toNanos();
    }
}
