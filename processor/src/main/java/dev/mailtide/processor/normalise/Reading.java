package dev.mailtide.processor.normalise;

import dev.mailtide.common.event.EmailEvent;

/** What came of reading one body. */
public sealed interface Reading {

    /** An event. */
    record Understood(EmailEvent event) implements Reading {}

    /** No event; the body is kept as a dead letter. */
    record Unreadable(DeadReason reason) implements Reading {}
}
