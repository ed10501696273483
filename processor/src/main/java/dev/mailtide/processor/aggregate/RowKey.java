package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.RecipientKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Keys of ledger rows: the length and text of the message key, then 16 bytes of recipient key (zeros for no recipient),
 * then for rows of events 16 bytes of fingerprint. The length in front keeps one message's prefix from being the
 * beginning of another's.
 */
final class RowKey {

    private static final byte[] NO_RECIPIENT = new byte[RecipientKey.BYTES];

    private RowKey() {}

    /** The prefix of all rows of a message. */
    static byte[] ofMessage(MessageKey message) {
        byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Short.BYTES + text.length)
                .putShort((short) text.length)
                .put(text)
                .array();
    }

    /** The row of a message to one recipient, and the prefix of the rows of its events. */
    static byte[] ofRecipient(MessageKey message, Optional<RecipientKey> recipient) {
        return joined(ofMessage(message), recipient.map(RecipientKey::bytes).orElse(NO_RECIPIENT));
    }

    /** The row of one event. */
    static byte[] ofEvent(byte[] recipientRow, Fingerprint fingerprint) {
        return joined(recipientRow, fingerprint.bytes());
    }

    /** The recipient of a row of either kind; nothing for no recipient. */
    static Optional<RecipientKey> recipientOf(byte[] row, byte[] messagePrefix) {
        byte[] recipient = Arrays.copyOfRange(row, messagePrefix.length, messagePrefix.length + RecipientKey.BYTES);
        return Arrays.equals(recipient, NO_RECIPIENT)
                ? Optional.empty()
                : Optional.of(new RecipientKey(HexFormat.of().formatHex(recipient)));
    }

    /** The fingerprint of an event's row. */
    static Fingerprint fingerprintOf(byte[] eventRow) {
        return Fingerprint.ofBytes(Arrays.copyOfRange(eventRow, eventRow.length - Fingerprint.BYTES, eventRow.length));
    }

    private static byte[] joined(byte[] head, byte[] tail) {
        return ByteBuffer.allocate(head.length + tail.length)
                .put(head)
                .put(tail)
                .array();
    }
}
