package dev.mailtide.ingest;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.spool.DiskIo;
import dev.mailtide.ingest.spool.Spool;
import dev.mailtide.ingest.spool.SpoolFiles;
import dev.mailtide.ingest.spool.SpoolStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Publishes what stands in a spool folder that no process uses: that of a machine that will not come back, or what was
 * salvaged. Kept receipt ids make it harmless to begin again.
 */
public final class SpoolDrain implements AutoCloseable {

    private static final Duration IN_TIME = Duration.ofMillis(250);
    private static final long LOOK_EVERY_MILLIS = 50;

    private final Shutdown shutdown = new Shutdown("spool drain");
    private final SpoolFiles files;
    private final Spool spool;
    private final SpoolMeters counts;

    /**
     * Begins to publish.
     *
     * @param clock for the age of what waits
     * @throws dev.mailtide.common.run.ResourceException if there is no spool, it is in use, or Kafka cannot be reached
     * @throws dev.mailtide.common.topic.TopicMismatch if the raw topic is there with another shape
     */
    public SpoolDrain(Path folder, KafkaAccess kafka, Topics topics, InstantSource clock) {
        DiskIo disk = new DiskIo();
        files = new SpoolFiles(folder, disk);
        files.requireSpool();
        kafka.createMissing(List.of(topics.raw()));
        try {
            Meters meters = new Meters();
            shutdown.onStop("close the meters", meters);
            spool = Spool.open(SpoolFiles.unlimited(folder), disk);
            shutdown.onStop("close the spool", spool);
            RawProducer producer = RawProducer.of(kafka, topics.raw());
            shutdown.onStop("wait for the last acks", producer);
            counts = new SpoolMeters(meters, spool, clock);
            Drainer drainer = new Drainer(spool, producer, new KafkaState(IN_TIME), counts);
            drainer.start();
            shutdown.onStop("stop draining", drainer);
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
    }

    /**
     * What was done.
     *
     * @param drained bodies that Kafka has
     * @param left what Kafka refused for good, what could not be read, now or earlier, and what could not be deleted
     */
    public record Drained(long drained, SpoolFiles.Left left) {}

    /** Waits until nothing waits any more, for as long as that takes, and ends the drain. */
    public Drained await() throws InterruptedException {
        while (!isEmpty(spool.status())) {
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
        long drained = counts.drainedSoFar();
        // Segments are moved and deleted some time after their last frame is done, and for the last time by this.
        shutdown.close();
        return new Drained(drained, files.left());
    }

    private static boolean isEmpty(SpoolStatus status) {
        return status.framesWaiting() == 0 && !status.framesEstimated() && status.framesInDoubt() == 0;
    }

    /** Ends the drain, wherever it is, and gives the folder back. */
    @Override
    public void close() {
        shutdown.close();
    }
}
