package dev.mailtide.processor.streams;

import java.time.Duration;
import java.util.Optional;

/** For how long partitions have been taken over, and nothing has been restored. Not safe for use by several threads. */
final class StillTakeover {

    private final Duration max;
    private Optional<Long> sinceNanos = Optional.empty();

    StillTakeover(Duration max) {
        this.max = max;
    }

    /** That it has lasted too long, if it has; to be made to {@link #forget} when something is restored. */
    Optional<String> after(long nanos, boolean isSettled) {
        sinceNanos = isSettled ? Optional.empty() : sinceNanos.or(() -> Optional.of(nanos));
        return sinceNanos
                .filter(since -> nanos - since > max.toNanos())
                .map(since -> "it has been taking over partitions for "
                        + Duration.ofNanos(nanos - since).toSeconds() + " s, and nothing has been restored");
    }

    void forget() {
        sinceNanos = Optional.empty();
    }
}
