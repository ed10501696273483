package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolStatus;
import io.micrometer.core.instrument.Counter;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * What is counted of the spool. At rest, since the process began, and where the spool was empty then:
 *
 * <pre>
 * appended = drained{by="drainer"} + drained{by="first-send"} + set aside + waiting + in doubt
 * </pre>
 */
final class SpoolMeters {

    private static final String DRAINED = "mailtide.spool.drained";
    private static final String DRAINED_TEXT = "Frames that Kafka has, by whose send it was";

    private final Counter appended;
    private final Counter drained;
    private final Counter drainedByFirstSend;
    private final Counter setAside;

    SpoolMeters(Meters meters, Spool spool, InstantSource clock) {
        appended = meters.counter("mailtide.spool.appended", "Frames that were made durable in the spool");
        drained = meters.counter(DRAINED, DRAINED_TEXT, "by", "drainer");
        drainedByFirstSend = meters.counter(DRAINED, DRAINED_TEXT, "by", "first-send");
        setAside = meters.counter("mailtide.spool.set.aside", "Frames that Kafka refused for good; kept under aside");
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

    void setAside() {
        setAside.increment();
    }

    /** Frames that the drainer has sent and Kafka has acked. */
    long drainedSoFar() {
        return (long) drained.count();
    }
}
