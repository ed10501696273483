package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.Provider;
import dev.mailtide.common.event.RecipientGroup;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.processor.aggregate.LedgerEvent.Recipient;
import dev.mailtide.processor.aggregate.LedgerEvent.Report;
import java.util.HexFormat;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;

/**
 * What goes from normalising to the ledger, keyed by message. The JSON of the event is made once, before the ledger, and
 * is published behind it as it is; what the ledger needs stands in front of it in a compact form, so that it never opens
 * the JSON.
 *
 * @param event what the ledger needs
 * @param raw where the body stands
 * @param json the event as it will be published
 */
record LedgerEntry(LedgerEvent event, RawPosition raw, Bytes json) {

    private static final int VERSION = 1;

    static LedgerEntry of(EmailEvent event, RawPosition raw) {
        return new LedgerEntry(LedgerEvent.of(event), raw, Bytes.wrap(EventCodec.encode(event)));
    }

    /** Without the message key, which is the key of the record. */
    byte[] encode() {
        BinaryOut out = new BinaryOut()
                .number(VERSION)
                .number(raw.partition())
                .number(raw.offset())
                .raw(event.id().bytes())
                .constant(event.mark())
                .number(event.occurredMillis())
                .text(event.report().source())
                .constant(event.report().provider())
                .text(event.report().receiptId());
        writeRecipient(out, event.recipient());
        return out.number(json.get().length).raw(json.get()).bytes();
    }

    private static void writeRecipient(BinaryOut out, Recipient recipient) {
        byte[] key = recipient.key().map(RecipientKey::bytes).orElse(new byte[0]);
        out.number(key.length).raw(key).text(recipient.address().orElse("")).constant(recipient.group());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @param messageKey the key of the record
     * @throws IllegalArgumentException if these are no such bytes
     */
    static LedgerEntry decode(String messageKey, byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        RawPosition raw = rawIn(in);
        LedgerEvent event = new LedgerEvent(
                Fingerprint.ofBytes(in.raw(Fingerprint.BYTES)),
                MessageKey.parse(messageKey),
                in.constant(Mark.class),
                in.number(),
                new Report(in.text(), in.constant(Provider.class), in.text()),
                readRecipient(in));
        return new LedgerEntry(event, raw, Bytes.wrap(in.raw(in.count())));
    }

    private static Recipient readRecipient(BinaryIn in) {
        byte[] key = in.raw(in.count());
        String address = in.text();
        return new Recipient(
                key.length == 0
                        ? Optional.empty()
                        : Optional.of(new RecipientKey(HexFormat.of().formatHex(key))),
                address.isEmpty() ? Optional.empty() : Optional.of(address),
                in.constant(RecipientGroup.class));
    }

    /** Where the body stands, without reading the rest. */
    static RawPosition rawIn(byte[] bytes) {
        return rawIn(new BinaryIn(bytes, VERSION));
    }

    private static RawPosition rawIn(BinaryIn in) {
        return new RawPosition(in.count(), in.number());
    }
}
