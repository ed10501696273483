package dev.mailtide.ingest.spool;

import dev.mailtide.ingest.spool.LockedFolder.GoneException;
import dev.mailtide.ingest.spool.SpoolRefusedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the disk takes anything, as far as the writer has found out.
 *
 * <h2>Theory of operation</h2>
 *
 * <p><b>Refusing.</b> One failure says little: the writer tries the same batch once more, in a new segment. When that fails,
 * too, or the disk is full or the folder gone, this begins to refuse, and does so until a probe succeeds. Meanwhile everything is refused before it is
 * queued. Trying with each body would make its sender wait for a disk that may take seconds to fail, and would hold up
 * those behind it.
 *
 * <p><b>Probing.</b> A disk does not tell when it is well again. The writer tries it with bytes of its own: a new segment
 * that takes {@link #PROBE_BYTES} and a force, so that a few free bytes do not pass for an end of the trouble. The pause
 * doubles from {@link #PROBE_PAUSE_MIN}, so that a hiccup is over at once, to {@link #PROBE_PAUSE_MAX}, so that a dying disk
 * is left in peace. Probes go on for ever, with or without traffic: nobody has to post or to restart to find out.
 *
 * <p><b>Full.</b> That the spool itself has deleted as much as a probe needs is known at once, so the next probe is due then,
 * whatever the pause.
 *
 * <p><b>Hanging.</b> A write that neither succeeds nor fails blocks the writer, which can judge nothing then. How long it
 * has been waiting is therefore asked by others, from two figures that it leaves here before it goes to the disk.
 *
 * <p><b>Threads.</b> The writer alone changes anything. Any thread may ask; what is refused, and why, is one reference, so
 * nobody sees the half of a change.
 */
final class DiskState {

    private static final Logger LOG = LoggerFactory.getLogger(DiskState.class);

    /** What a probe writes. */
    static final int PROBE_BYTES = 64 * 1024;

    private static final Duration PROBE_PAUSE_MIN = Duration.ofMillis(100);
    private static final Duration PROBE_PAUSE_MAX = Duration.ofSeconds(5);
    private static final Duration SLOW = Duration.ofSeconds(5);

    /**
     * What is said to everyone at present.
     *
     * @param why for a person
     */
    record Refusing(Reason reason, String why) {}

    /** Since when, in bytes that the spool took up then, and when it is tried again. */
    private record Trouble(Refusing refusing, long bytesOnDisk, Duration pause, long probeAtNanos) {}

    private final LockedFolder io;
    private final AtomicLong bytesOnDisk;
    private volatile @Nullable Trouble trouble;
    private volatile long busySinceNanos;
    private volatile boolean busy;

    /** @param bytesOnDisk what the spool takes up */
    DiskState(LockedFolder io, AtomicLong bytesOnDisk) {
        this.io = io;
        this.bytesOnDisk = bytesOnDisk;
    }

    /** What everything is refused with, if it is. */
    Optional<Refusing> refusing() {
        return Optional.ofNullable(trouble).map(Trouble::refusing);
    }

    /** Why nothing is taken at present, or nothing comes to an end. */
    Optional<String> problem() {
        long busyFor = io.nanoTime() - busySinceNanos;
        return refusing()
                .map(Refusing::why)
                .or(() -> busy && busyFor > SLOW.toNanos()
                        ? Optional.of("the disk has not answered for "
                                + Duration.ofNanos(busyFor).toSeconds() + " s")
                        : Optional.empty());
    }

    /** The writer goes to the disk. */
    void asked() {
        busySinceNanos = io.nanoTime();
        busy = true;
    }

    /** It is back. */
    void answered() {
        busy = false;
    }

    /** Since the writer last went to the disk. */
    Duration idle() {
        return Duration.ofNanos(io.nanoTime() - busySinceNanos);
    }

    /** The disk has failed, and once more would not help. */
    Refusing failed(IOException e) {
        Refusing refusing = refusing(e);
        refuseFor(PROBE_PAUSE_MIN, refusing);
        LOG.error(
                "the spool takes nothing: {}; {}trying again until it does",
                refusing.why(),
                e instanceof GoneException
                        ? "put it back as it was, since bodies that were answered 200 wait in it; "
                        : "");
        return refusing;
    }

    /** Without a body to write, nothing else would notice that it is gone. */
    void lookForTheFolder() {
        if (trouble == null) {
            try {
                io.requireInPlace();
            } catch (GoneException e) {
                var unused = failed(e);
            }
        }
    }

    private static Refusing refusing(IOException e) {
        if (isFull(e)) {
            return new Refusing(Reason.FULL, "its disk is full");
        }
        return new Refusing(
                Reason.FAILED,
                e instanceof GoneException gone
                        ? String.valueOf(gone.getMessage())
                        : "its disk does not take writes (" + e + ")");
    }

    private void refuseFor(Duration pause, Refusing refusing) {
        trouble = new Trouble(refusing, bytesOnDisk.get(), pause, io.nanoTime() + pause.toNanos());
    }

    /** Whether it is time to see if the trouble is over. */
    boolean isProbeDue() {
        Trouble now = trouble;
        return now != null && (now.probeAtNanos() - io.nanoTime() <= 0 || hasFreedEnough(now));
    }

    private boolean hasFreedEnough(Trouble now) {
        return now.refusing().reason() == Reason.FULL && now.bytesOnDisk() - bytesOnDisk.get() >= PROBE_BYTES;
    }

    /** A probe has failed. The reason stays what it was: that of the body that was refused first. */
    void probeFailed() {
        Trouble now = trouble;
        if (now != null) {
            Duration doubled = now.pause().multipliedBy(2);
            refuseFor(doubled.compareTo(PROBE_PAUSE_MAX) > 0 ? PROBE_PAUSE_MAX : doubled, now.refusing());
        }
    }

    /** A probe has succeeded. */
    void probeSucceeded() {
        trouble = null;
        LOG.info("the spool takes entries again");
    }

    /** Whether another segment might help. */
    static boolean mayBeOfTheSegment(IOException e) {
        return !isFull(e) && !(e instanceof GoneException);
    }

    private static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left") || text.contains("quota exceeded");
    }
}
