package dev.mailtide.processor.normalise;

import dev.mailtide.common.event.EmailEvent;
import java.util.Optional;

/** What came of reading one body. */
public sealed interface Reading {

    /**
     * An event.
     *
     * @param event as it was read; what leaves normalising is made from it, but it does not
     * @param published what the events topic may hold of it
     * @param address what state may hold of the recipient's address
     */
    record Understood(EmailEvent event, EmailEvent published, Optional<String> address) implements Reading {

        /** One of which everything may be held. */
        Understood(EmailEvent event) {
            this(event, event, event.recipient().address());
        }
    }

    /** No event; the body is kept as a dead letter. */
    record Unreadable(DeadReason reason) implements Reading {}
}
