package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * An event as a row holds it: what decides whether it is listed, and where else it stands, before its JSON.
 *
 * @param appendMillis by which it expires
 * @param message the hash of its message id
 */
record StoredEvent(long appendMillis, EventKind kind, Optional<RecipientKey> recipient, Fingerprint message) {

    private static final byte VERSION = 1;
    private static final int RECIPIENT_BYTES_AT = 1 + Long.BYTES + 1 + Fingerprint.BYTES;
    private static final EventKind[] KINDS = EventKind.values();

    @SuppressWarnings("EnumOrdinal") // The order is part of the stored form, and says so.
    static byte[] encode(EventHead head, long appendMillis, byte[] json) {
        int recipientBytes = head.recipient().isPresent() ? RecipientKey.BYTES : 0;
        ByteBuffer row = ByteBuffer.allocate(RECIPIENT_BYTES_AT + 1 + recipientBytes + json.length);
        row.put(VERSION).putLong(appendMillis).put((byte) head.kind().ordinal());
        row.put(head.messageHash().bytes()).put((byte) recipientBytes);
        head.recipient().ifPresent(key -> row.put(key.bytes()));
        return row.put(json).array();
    }

    static StoredEvent decode(byte[] row) {
        ByteBuffer bytes = ByteBuffer.wrap(row);
        if (bytes.get() != VERSION) {
            throw new IllegalStateException("an event row of another release; delete the folder of the read model");
        }
        long appendMillis = bytes.getLong();
        EventKind kind = KINDS[bytes.get()];
        byte[] message = new byte[Fingerprint.BYTES];
        bytes.get(message);
        byte[] recipient = new byte[bytes.get()];
        bytes.get(recipient);
        return new StoredEvent(
                appendMillis,
                kind,
                recipient.length == 0
                        ? Optional.empty()
                        : Optional.of(new RecipientKey(HexFormat.of().formatHex(recipient))),
                Fingerprint.ofBytes(message));
    }

    /** The event as it came. */
    static byte[] jsonOf(byte[] row) {
        return Arrays.copyOfRange(row, RECIPIENT_BYTES_AT + 1 + row[RECIPIENT_BYTES_AT], row.length);
    }
}
