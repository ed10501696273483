package dev.mailtide.ingest.spool;

import dev.mailtide.common.settings.HeapShare;
import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the spool can be told.
 *
 * @param folder of this process alone, on a disk that outlives it
 * @param bytesMax more than this is not taken in; what is there already is never touched by it
 * @param reserveBytes as many bytes of the disk are left to others
 * @param segmentBytes a segment file that is longer gets no further frame
 * @param grace how long a drained segment is kept; less if its room is needed
 * @param queue how much may wait for the disk
 */
public record SpoolSettings(
        Path folder, long bytesMax, long reserveBytes, long segmentBytes, Duration grace, QueueLimits queue) {

    /**
     * How much may wait for the disk at any time; what comes on top is refused as busy.
     *
     * @param framesMax entries whose future is not completed
     * @param bytesMax bytes of their frames
     */
    public record QueueLimits(int framesMax, long bytesMax) {

        /** More frames than any sensible number of connections has outstanding. */
        public static final QueueLimits DEFAULT = new QueueLimits(10_000, HeapShare.ofThisHeap());
    }

    private static final long TIB = 1024L * 1024 * 1024 * 1024;

    /** More than a segment's header, and a frame without its body, ever take. */
    private static final long BESIDES_BODY_BYTES = 16 * 1024;

    private static final long BYTES_MAX_FALLBACK = 10L * 1024 * 1024 * 1024;
    private static final long RESERVE_BYTES_FALLBACK = 256L * 1024 * 1024;
    private static final long SEGMENT_BYTES_FALLBACK = 64L * 1024 * 1024;

    private static final Setting<String> DIR = Setting.text(
            "spool.dir",
            "data/spool",
            TextRule.matching("[^\\x00]{1,1000}", "a folder"),
            "Folder for what Kafka does not take; of one process alone, never on an ephemeral disk.");
    private static final Setting<Long> BYTES_MAX = Setting.bytes(
            "spool.bytes-max",
            BYTES_MAX_FALLBACK,
            1024 * 1024,
            1024 * TIB,
            "Bytes that the spool may take up; more is refused.");
    private static final Setting<Long> RESERVE_BYTES = Setting.bytes(
            "spool.reserve-bytes", RESERVE_BYTES_FALLBACK, 0, TIB, "Bytes of its disk that the spool leaves free.");
    private static final Setting<Long> SEGMENT_BYTES = Setting.bytes(
            "spool.segment-bytes",
            SEGMENT_BYTES_FALLBACK,
            64 * 1024,
            1024L * 1024 * 1024,
            "Length of a segment file; whole segments are deleted when they are drained.");
    private static final Setting<Duration> KEEP_AFTER_ACK = Setting.duration(
            "spool.keep-after-ack",
            "10m",
            Duration.ZERO,
            Duration.ofDays(7),
            "How long a drained segment is kept, should the broker lose what it acked; less if its room is needed.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = List.of(DIR, BYTES_MAX, RESERVE_BYTES, SEGMENT_BYTES, KEEP_AFTER_ACK);

    /** What holds where nothing is said, in this folder. */
    public static SpoolSettings at(Path folder) {
        return new SpoolSettings(
                folder,
                BYTES_MAX_FALLBACK,
                RESERVE_BYTES_FALLBACK,
                SEGMENT_BYTES_FALLBACK,
                Duration.ofMinutes(10),
                QueueLimits.DEFAULT);
    }

    /**
     * Reads them; problems are noted in the reader.
     *
     * @param bodyBytesMax the largest body that may come, in bytes
     */
    public static SpoolSettings read(SettingsReader reader, int bodyBytesMax) {
        return new SpoolSettings(
                Path.of(reader.read(DIR)),
                bytesMax(reader, bodyBytesMax + BESIDES_BODY_BYTES),
                reader.read(RESERVE_BYTES),
                reader.read(SEGMENT_BYTES),
                reader.read(KEEP_AFTER_ACK),
                QueueLimits.DEFAULT);
    }

    private static long bytesMax(SettingsReader reader, long least) {
        long bytesMax = reader.read(BYTES_MAX);
        if (bytesMax < least) {
            reader.problem(BYTES_MAX.key() + ": expected at least " + least
                    + ", so that the largest body has room (ingest.body-bytes-max), found " + bytesMax);
        }
        return bytesMax;
    }
}
