package dev.mailtide.ingest;

import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says how the drain goes, while there is something to drain: count, rate, time left. */
final class DrainProgress {

    private static final Logger LOG = LoggerFactory.getLogger(DrainProgress.class);

    private static final Duration EVERY = Duration.ofSeconds(10);

    private final Spool spool;
    private final SpoolMeters meters;
    private final LongSupplier nanoTime;
    private long toldAtNanos;
    private Gone goneWhenTold;
    private Gone goneWhenEmpty;
    private boolean waiting;

    /** What waits no more, by what became of it. */
    private record Gone(long drained, long setAside, long lost) {

        Gone since(Gone before) {
            return new Gone(drained - before.drained, setAside - before.setAside, lost - before.lost);
        }
    }

    DrainProgress(Spool spool, SpoolMeters meters, LongSupplier nanoTime) {
        this.spool = spool;
        this.meters = meters;
        this.nanoTime = nanoTime;
        this.toldAtNanos = nanoTime.getAsLong();
        this.goneWhenTold = gone(spool.status());
        this.goneWhenEmpty = goneWhenTold;
    }

    private Gone gone(SpoolStatus status) {
        return new Gone(meters.drainedSoFar(), status.framesSetAside(), status.framesLost());
    }

    /** To be called often, by one thread; a line is written every {@code EVERY}. */
    void tell() {
        line().ifPresent(line -> LOG.info("{}", line));
    }

    /** What there is to say at present. */
    Optional<String> line() {
        long now = nanoTime.getAsLong();
        long nanos = now - toldAtNanos;
        if (nanos < EVERY.toNanos()) {
            return Optional.empty();
        }
        SpoolStatus status = spool.status();
        Gone gone = gone(status);
        Optional<String> line = status.framesWaiting() > 0
                ? Optional.of(progress(status, gone, gone.since(goneWhenTold).drained() * 1e9 / nanos))
                : Optional.of(end(gone.since(goneWhenEmpty))).filter(end -> waiting);
        waiting = status.framesWaiting() > 0;
        goneWhenEmpty = waiting ? goneWhenEmpty : gone;
        goneWhenTold = gone;
        toldAtNanos = now;
        return line;
    }

    private static String progress(SpoolStatus status, Gone gone, double perSecond) {
        return "spool: " + (status.framesEstimated() ? "about " : "") + status.framesWaiting() + " bodies wait ("
                + status.bytesWaiting() / 1_000_000 + " MB), " + gone.drained() + " drained, " + Math.round(perSecond)
                + "/s, " + left(status.framesWaiting(), perSecond);
    }

    private static String end(Gone gone) {
        return "spool: nothing waits any more; drained " + gone.drained() + ", set aside " + gone.setAside() + ", lost "
                + gone.lost();
    }

    private static String left(long frames, double perSecond) {
        return perSecond < 1 ? "standing still" : "about " + Math.round(frames / perSecond) + " s left";
    }
}
