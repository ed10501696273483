package dev.mailtide.ingest;

import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolStatus;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how the drain goes, while there is something to drain: count, rate, time left. */
final class DrainProgress {

    private static final Logger LOG = LoggerFactory.getLogger(DrainProgress.class);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Spool spool;
    private final SpoolMeters meters;
    private long toldAtNanos = System.nanoTime();
    private long drainedWhenTold;
    private boolean waiting;

    DrainProgress(Spool spool, SpoolMeters meters) {
        this.spool = spool;
        this.meters = meters;
    }

    /** To be called often, by one thread; a line is written every {@code EVERY}. */
    void tell() {
        long now = System.nanoTime();
        if (now - toldAtNanos < EVERY.toNanos()) {
            return;
        }
        SpoolStatus status = spool.status();
        long drained = meters.drainedSoFar();
        long sinceTold = drained - drainedWhenTold;
        double perSecond = sinceTold * 1e9 / (now - toldAtNanos);
        if (status.framesWaiting() > 0) {
            LOG.info(
                    "spool: {}{} bodies wait ({} MB), {} drained, {}/s, {}",
                    status.framesEstimated() ? "about " : "",
                    status.framesWaiting(),
                    status.bytesWaiting() / 1_000_000,
                    drained,
                    Math.round(perSecond),
                    left(status.framesWaiting(), perSecond));
            waiting = true;
        } else if (waiting) {
            LOG.info("spool: drained");
            waiting = false;
        }
        toldAtNanos = now;
        drainedWhenTold = drained;
    }

    private static String left(long frames, double perSecond) {
        return perSecond < 1 ? "standing still" : "about " + Math.round(frames / perSecond) + " s left";
    }
}
