package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** What came of a question. A failure to answer is never shown as an empty answer. */
public sealed interface Answer {

    /** The answer. */
    record Found(ObjectNode json) implements Answer {}

    /** Nothing has been heard of it, and this process is up to date: at most {@code stale} behind. */
    record Nothing() implements Answer {}

    /** What would hold the answer is not here at present: being restored, moved, or on another instance. */
    record NotHere() implements Answer {}
}
