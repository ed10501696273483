package dev.mailtide.ingest;

/** What became of a webhook: what the sender is told depends on nothing else. */
sealed interface Outcome {

    /** Where a body is durable first. */
    enum Way {
        /** All in-sync copies have it. */
        KAFKA,
        /** It is on this machine's disk, forced, and will be drained to Kafka. */
        SPOOL
    }

    /** It is durable, and will be counted; answered 200. */
    record Stored(Way way) implements Outcome {}

    /** It is not accepted. If both ways were tried it may reach Kafka all the same. */
    record Refused(Refusal refusal) implements Outcome {}
}
