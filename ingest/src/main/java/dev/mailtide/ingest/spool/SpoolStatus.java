package dev.mailtide.ingest.spool;

import java.time.Instant;
import java.util.Optional;

/**
 * How the spool stands at one moment.
 *
 * @param framesWaiting frames to be drained, those handed out included; those in doubt are not
 * @param framesEstimated whether that figure is estimated from bytes: what an earlier process left is only counted as it
 *     is read
 * @param bytesWaiting bytes of those frames
 * @param framesInDoubt frames whose first send is not decided
 * @param framesSetAside frames set aside by this process, those that Kafka refused and those that cannot be read
 * @param framesLost frames whose segment somebody has deleted or moved away while this process ran
 * @param bytesOnDisk everything in the folder that the spool knows of, drained and set aside included
 * @param bytesMax the quota
 * @param oldestWaiting when the oldest frame that waits was received, as far as is known without reading
 * @param problem why it takes nothing at present, for a person
 */
public record SpoolStatus(
        long framesWaiting,
        boolean framesEstimated,
        long bytesWaiting,
        long framesInDoubt,
        long framesSetAside,
        long framesLost,
        long bytesOnDisk,
        long bytesMax,
        Optional<Instant> oldestWaiting,
        Optional<String> problem) {}
