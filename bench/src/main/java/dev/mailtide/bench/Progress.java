package dev.mailtide.bench;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells a person how far something is: count, rate and time left, every two seconds. */
final class Progress {

    private static final Duration TELL_EVERY = Duration.ofSeconds(2);
    private static final double NANOS_PER_SECOND = 1e9;

    private final String what;
    private final long total;
    private final Consumer<String> tell;
    private final long startNanos = System.nanoTime();
    private long toldNanos = startNanos;

    /** @param total how many there are to do */
    Progress(String what, long total, Consumer<String> tell) {
        this.what = what;
        this.total = total;
        this.tell = tell;
    }

    /** So many are done. */
    void at(long done) {
        long now = System.nanoTime();
        if (now - toldNanos >= TELL_EVERY.toNanos()) {
            toldNanos = now;
            double perSecond = done / ((now - startNanos) / NANOS_PER_SECOND);
            String left = done <= 0 ? "?" : Long.toString(Math.round((total - done) / perSecond));
            tell.accept(String.format(
                    Locale.ROOT, "  %s %d of %d, %.0f/s, about %s s to go", what, done, total, perSecond, left));
        }
    }
}
