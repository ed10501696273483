package dev.mailtide.bench;

/**
 * What one measurement saw. Rate, latencies and processor time are those of its window; the counts are those of all of it,
 * warm-up and end included, since every 200 has to be found in the topic.
 *
 * @param units requests answered 200, or records acked, within the window
 * @param seconds how long the window was
 * @param p50Millis latency that half of the units stayed under; 0 without units
 * @param p99Millis the same for 99 of 100
 * @param cpuMicrosPerUnit processor time of the measured process for each unit; 0 without units
 * @param acked all that were answered 200, or acked
 * @param refused all that were answered anything else
 * @param unanswered all that were sent and never answered
 */
public record Slice(
        long units,
        double seconds,
        double p50Millis,
        double p99Millis,
        double cpuMicrosPerUnit,
        long acked,
        long refused,
        long unanswered) {

    /** Units for each second of the window. */
    public double perSecond() {
        return units / seconds;
    }
}
