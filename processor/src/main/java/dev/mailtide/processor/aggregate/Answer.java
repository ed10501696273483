package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** What came of a question. A failure to answer is never shown as an empty answer. */
public sealed interface Answer {

    /** The answer. */
    record Found(ObjectNode json) implements Answer {}

    /** The answer, as JSON: of a long one no tree is made. */
    record Written(String json) implements Answer {}

    /**
     * Nothing has been heard of it, and this process is up to date: at most {@code stale} behind.
     *
     * @param asOf up to when everything is counted
     */
    record Nothing(Instant asOf) implements Answer {}

    /** What would hold the answer is not here at present: being restored, moved, or on another instance. */
    record NotHere() implements Answer {}
}
