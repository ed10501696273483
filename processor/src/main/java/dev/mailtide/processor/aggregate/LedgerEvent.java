package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import dev.mailtide.common.event.RecipientKey;
import java.util.Optional;

/**
 * What the ledger needs to know of an event, and no more: the rest of it passes the ledger as bytes.
 *
 * @param id the identity by which duplicates are told
 * @param message which message it is about
 * @param mark what happened, and whether a machine did it
 * @param occurredMillis when, in milliseconds since 1970
 * @param report who says so
 * @param recipient to whom the message went
 */
record LedgerEvent(
        Fingerprint id, MessageKey message, Mark mark, long occurredMillis, Report report, Recipient recipient) {

    /**
     * Who says that it happened.
     *
     * @param source the configured source
     * @param provider whose webhook it was
     * @param receiptId the request
     */
    record Report(String source, Provider provider, String receiptId) {}

    /**
     * One recipient of a message.
     *
     * @param key what stands for it in keys; nothing for no recipient
     * @param address in the form in which it may be held, at most 998 characters; nothing for no recipient
     * @param group the group in which its messages are counted
     */
    record Recipient(Optional<RecipientKey> key, Optional<String> address, RecipientGroup group) {}

    static LedgerEvent of(EmailEvent event) {
        return of(event, event.recipient().address());
    }

    /** @param address what may be held of the recipient's address */
    static LedgerEvent of(EmailEvent event, Optional<String> address) {
        return new LedgerEvent(
                event.id(),
                event.messageKey(),
                Mark.of(event.kind(), event.details().machineOpen().orElse(false)),
                event.occurrence().at().toEpochMilli(),
                new Report(
                        event.origin().source(),
                        event.origin().provider(),
                        event.origin().receiptId()),
                new Recipient(
                        event.recipient().key(),
                        address,
                        RecipientGroup.ofDomain(event.recipient().domain())));
    }

    EventKind kind() {
        return mark.kind();
    }
}
