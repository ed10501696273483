package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolStatus;
import io.micrometer.core.instrument.Counter;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.Function;

/**
 * What is counted of the spool. At rest, since the process began, and where the spool was empty then:
 *
 * <pre>
 * appended = drained{by="drainer"} + drained{by="first-send"} + set aside{reason="refused"}
 *          + set aside{reason="unreadable"} + lost + waiting + in doubt
 * </pre>
 *
 * <p>While the spool's folder is gone, what stands in it waits. Lost is what stood in a segment whose file alone is gone,
 * or in the end of one that was cut off.
 *
 * <p>What cannot be read does not say how many frames it was: each such part counts as one.
 */
final class SpoolMeters {

    private static final String DRAINED = "mailtide.spool.drained";
    private static final String DRAINED_TEXT = "Frames that Kafka has, by whose send it was";
    private static final String SET_ASIDE = "mailtide.spool.set.aside";
    private static final String SET_ASIDE_TEXT =
            "Frames that Kafka refused for good, and parts that cannot be read; kept under aside";

    private final Counter appended;
    private final Counter drained;
    private final Counter drainedByFirstSend;
    private final Counter refused;
    private final LongAccumulator unreadable = new LongAccumulator(Math::max, 0);

    SpoolMeters(Meters meters, Spool spool, InstantSource clock) {
        appended = meters.counter("mailtide.spool.appended", "Frames that were made durable in the spool");
        drained = meters.counter(DRAINED, DRAINED_TEXT, "by", "drainer");
        drainedByFirstSend = meters.counter(DRAINED, DRAINED_TEXT, "by", "first-send");
        refused = meters.counter(SET_ASIDE, SET_ASIDE_TEXT, "reason", "refused");
        meters.counted(SET_ASIDE, SET_ASIDE_TEXT, () -> unreadableIn(spool.status()), "reason", "unreadable");
        meters.counted(
                "mailtide.spool.lost",
                "Frames whose segment was taken away from the spool's folder, or cut off",
                () -> spool.status().framesLost());
        gauge(meters, spool, "mailtide.spool.waiting.frames", "Frames to be drained", SpoolStatus::framesWaiting);
        gauge(meters, spool, "mailtide.spool.waiting.bytes", "Bytes of them", SpoolStatus::bytesWaiting);
        gauge(
                meters,
                spool,
                "mailtide.spool.in.doubt.frames",
                "Frames whose first send is not decided",
                SpoolStatus::framesInDoubt);
        gauge(meters, spool, "mailtide.spool.disk.bytes", "Bytes of the spool's folder", SpoolStatus::bytesOnDisk);
        gauge(meters, spool, "mailtide.spool.quota.bytes", "How many it may have", SpoolStatus::bytesMax);
        gauge(
                meters,
                spool,
                "mailtide.spool.accepting",
                "1 if the spool takes bodies, else 0",
                status -> status.problem().isEmpty() ? 1 : 0);
        gauge(
                meters,
                spool,
                "mailtide.spool.oldest.seconds",
                "Age of the oldest frame that waits",
                status -> status.oldestWaiting()
                        .map(oldest -> Math.max(0, clock.millis() - oldest.toEpochMilli()) / 1_000)
                        .orElse(0L));
    }

    /**
     * The spool counts both reasons together. A frame that is refused is counted here first, so the difference may be too
     * small for a moment, and never too large.
     */
    private long unreadableIn(SpoolStatus status) {
        unreadable.accumulate(status.framesSetAside() - (long) refused.count());
        return unreadable.get();
    }

    private static void gauge(
            Meters meters, Spool spool, String name, String description, Function<SpoolStatus, Number> figure) {
        meters.gauge(name, description, () -> figure.apply(spool.status()));
    }

    void appended() {
        appended.increment();
    }

    void drained() {
        drained.increment();
    }

    void drainedByFirstSend() {
        drainedByFirstSend.increment();
    }

    /** Kafka refuses a frame for good. To be told before the spool is. */
    void refused() {
        refused.increment();
    }

    /** Frames that the drainer has sent and Kafka has acked. */
    long drainedSoFar() {
        return (long) drained.count();
    }
}
