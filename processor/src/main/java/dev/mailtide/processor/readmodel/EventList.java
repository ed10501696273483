package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.util.Optional;

/**
 * A list of events that is kept sorted: all of them, those of a domain, or of one recipient or one message of a domain.
 *
 * @param domain whose; without it all of them
 * @param recipient whose; not together with a message
 * @param message the hash of its message id
 */
record EventList(Optional<SenderDomain> domain, Optional<RecipientKey> recipient, Optional<Fingerprint> message) {

    /** Begins the keys of its rows. */
    byte[] key() {
        return domain.map(this::key).orElseGet(() -> new byte[] {RowKeys.ANY_DOMAIN});
    }

    private byte[] key(SenderDomain of) {
        return message.map(hash -> RowKeys.ofMessage(of, hash))
                .or(() -> recipient.map(key -> RowKeys.ofRecipient(RowKeys.OF_RECIPIENT, of, key)))
                .orElseGet(() -> RowKeys.ofDomain(RowKeys.EVENT, of));
    }

    /** The key of its row at this place. */
    byte[] at(Place place) {
        return domain.isPresent() ? RowKeys.at(key(), place) : RowKeys.ofAnyDomain(place);
    }

    /** The place of the row with this key. */
    Place placeOf(byte[] key) {
        return domain.map(of -> RowKeys.placeAtTheEnd(key, of.name())).orElseGet(() -> RowKeys.placeOfAnyDomain(key));
    }
}
