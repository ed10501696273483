package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;

/** A recipient of a sender domain, as the key of a record in the topic of suppressions names it. */
record Addressee(SenderDomain domain, RecipientKey recipient) {

    private static final char BETWEEN = '|';

    /** Reads the key of a record; nothing if it is none. */
    static Optional<Addressee> of(String key) {
        int between = key.indexOf(BETWEEN);
        try {
            return Optional.of(new Addressee(
                    new SenderDomain(key.substring(0, Math.max(0, between))),
                    new RecipientKey(key.substring(between + 1))));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    /** The key of the record. */
    String key() {
        return domain.name() + BETWEEN + recipient.hex();
    }
}
