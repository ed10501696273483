package dev.mailtide.ingest.access;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * How often a source may post.
 *
 * @param perSecondMax posts per second that may go on for ever
 * @param burstMax posts that may come at once after a silence
 */
public record RateLimit(int perSecondMax, int burstMax) {

    /** A full bucket of tokens, one for each post. */
    Bucket bucket(TimeMeter time) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(burstMax).refillGreedy(perSecondMax, Duration.ofSeconds(1)))
                .withCustomTimePrecision(time)
                .build();
    }
}
