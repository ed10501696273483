package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventKind;

/**
 * One distinct event of a message's time line. That the row is there is what makes a second copy a duplicate.
 *
 * @param kind what happened
 * @param occurredMillis when
 * @param receiptId the request that reported it first
 * @param raw where its body stands
 */
record SeenEvent(EventKind kind, long occurredMillis, String receiptId, RawPosition raw) {

    private static final int VERSION = 1;

    byte[] encode() {
        return new BinaryOut()
                .number(VERSION)
                .constant(kind)
                .number(occurredMillis)
                .text(receiptId)
                .number(raw.partition())
                .number(raw.offset())
                .bytes();
    }

    static SeenEvent decode(byte[] bytes) {
        BinaryIn in = new BinaryIn(bytes, VERSION);
        return new SeenEvent(
                in.constant(EventKind.class), in.number(), in.text(), new RawPosition(in.count(), in.number()));
    }
}
