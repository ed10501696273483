package dev.mailtide.ingest;

/** What became of a webhook: what the sender is told depends on nothing else. */
sealed interface Outcome {

    /** It is durable, and will be counted; answered 200. */
    record Stored() implements Outcome {}

    /** It is not accepted. After {@link Refusal#KAFKA_SLOW} it may have been stored all the same. */
    record Refused(Refusal refusal) implements Outcome {}
}
