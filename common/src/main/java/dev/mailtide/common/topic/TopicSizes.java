package dev.mailtide.common.topic;

/**
 * How many partitions topics have, and how many copies.
 *
 * @param partitions of raw, events, dead letters and the internal topics
 * @param compacted partitions of compacted topics
 * @param overflow partitions of the overflow topic
 * @param own partitions of a domain's own topic
 * @param replication copies of every partition; with 1 the raw topic is fsynced on each append instead
 */
public record TopicSizes(int partitions, int compacted, int overflow, int own, short replication) {

    /** Eight, four, four, one, on a single broker. */
    public static final TopicSizes DEFAULT = new TopicSizes(8, 4, 4, 1, (short) 1);
}
