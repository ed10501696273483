package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.Optional;

/**
 * For how long a thread has not asked for records. One that hangs while nothing waits is given up by its group in the end,
 * and would hold old numbers for true ones while another instance counts on. Not safe for use by several threads.
 */
final class SilentThreads {

    private final Duration max;
    private Optional<Long> watchedSinceNanos = Optional.empty();
    private boolean wasSilent;

    SilentThreads(Duration max) {
        this.max = max;
    }

    /** That it has been too long, if it has. Seen twice: once may be that this whole process stood still, and is about to go on. */
    Optional<String> after(long nanos, Duration unasked) {
        watchedSinceNanos = watchedSinceNanos.or(() -> Optional.of(nanos));
        long watchedNanos = nanos - watchedSinceNanos.get();
        boolean isSilent = Math.min(watchedNanos, unasked.toNanos()) > max.toNanos();
        boolean isSure = isSilent && wasSilent;
        wasSilent = isSilent;
        return isSure
                ? Optional.of("a thread has not asked for records for " + unasked.toSeconds() + " s")
                : Optional.empty();
    }

    void forget() {
        watchedSinceNanos = Optional.empty();
        wasSilent = false;
    }
}
