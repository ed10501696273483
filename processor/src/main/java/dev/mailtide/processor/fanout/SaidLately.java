package dev.mailtide.processor.fanout;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Keeps what comes back every few seconds, and passes in between, from filling the log. For one thread. */
final class SaidLately {

    private static final Duration SAY_AGAIN_AFTER = Duration.ofMinutes(1);

    private final LongSupplier nanos;
    private String said = "";
    private long saidAtNanos;

    /** @param nanos a clock that only goes forward */
    SaidLately(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Whether this is to be said now: it is not what was said last, or that was a minute ago. */
    boolean isNews(String what) {
        long now = nanos.getAsLong();
        boolean isNews = !what.equals(said) || now - saidAtNanos >= SAY_AGAIN_AFTER.toNanos();
        if (isNews) {
            said = what;
            saidAtNanos = now;
        }
        return isNews;
    }
}
