package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;

/**
 * A list of events that is kept sorted: all of a domain, or those of one recipient or of one message.
 *
 * @param recipient whose; not together with a message
 * @param message the hash of its message id
 */
record EventList(SenderDomain domain, Optional<RecipientKey> recipient, Optional<Fingerprint> message) {

    byte[] key() {
        return message.map(hash -> RowKeys.ofMessage(domain, hash))
                .or(() -> recipient.map(key -> RowKeys.ofRecipient(RowKeys.OF_RECIPIENT, domain, key)))
                .orElseGet(() -> RowKeys.ofDomain(RowKeys.EVENT, domain));
    }
}
