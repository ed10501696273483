package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;

/**
 * What goes from normalising to the ledger, keyed by message: the event, and where its body stands.
 */
record LedgerEntry(EmailEvent event, RawPosition raw) {

    private static final int VERSION = 1;

    byte[] encode() {
        byte[] json = EventCodec.encode(event);
        return new BinaryOut()
                .number(VERSION)
                .number(raw.partition())
                .number(raw.offset())
                .number(json.length)
                .raw(json)
                .bytes();
    }

    static LedgerEntry decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        RawPosition raw = new RawPosition(in.count(), in.number());
        return new LedgerEntry(EventCodec.decode(in.raw(in.count())), raw);
    }
}
