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

    /** Where the body stands, without reading the event. */
    static RawPosition rawIn(byte[] bytes) {
        return rawIn(new BinaryIn(bytes, VERSION));
    }

    static LedgerEntry decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        RawPosition raw = rawIn(in);
        return new LedgerEntry(EventCodec.decode(in.raw(in.count())), raw);
    }

    private static RawPosition rawIn(BinaryIn in) {
        return new RawPosition(in.count(), in.number());
    }
}
