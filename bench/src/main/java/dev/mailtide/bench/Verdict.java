package dev.mailtide.bench;

/**
 * Whether every 200 of a run stands in the topic. What was refused or never answered may be there or not: a send that was
 * given up can still succeed.
 */
final class Verdict {

    private long answered;
    private long unknown;
    private long acked;

    /** Notes what was posted to ingest. */
    Slice posted(Slice slice) {
        answered += slice.acked();
        unknown += slice.refused() + slice.unanswered();
        return slice;
    }

    /** Notes what the bare producer wrote. */
    Slice produced(Slice slice) {
        acked += slice.acked();
        return slice;
    }

    /** Posts answered 200 so far. */
    long answered() {
        return answered;
    }

    Checked check(long rawRecords, long producerRecords) {
        return new Checked(answered, unknown, rawRecords, acked, producerRecords);
    }

    /**
     * The counts, side by side.
     *
     * @param answered posts answered 200
     * @param unknown posts answered anything else, or nothing
     * @param rawRecords records in the raw topic
     * @param acked records of the bare producer that were acked
     * @param producerRecords records in its topic
     */
    record Checked(long answered, long unknown, long rawRecords, long acked, long producerRecords) {

        /** Whether they agree. */
        boolean holds() {
            return rawRecords >= answered && rawRecords <= answered + unknown && acked == producerRecords;
        }
    }
}
