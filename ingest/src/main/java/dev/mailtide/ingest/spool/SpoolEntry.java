package dev.mailtide.ingest.spool;

import dev.mailtide.common.topic.RawHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is kept of one accepted request: exactly what becomes the raw record. The bytes are not copied; nobody may change
 * them.
 *
 * @param receiptId the key of the record, the same in every resend
 * @param headers in the order of the record
 * @param body untouched
 */
@SuppressWarnings("ArrayRecordComponent") // Bodies are big and pass through; a copy for each hand would be waste.
public record SpoolEntry(String receiptId, List<Header> headers, byte[] body) {

    /** The largest entry, all lengths added up; a frame that says it is larger is not one. */
    public static final int BYTES_MAX = 16 * 1024 * 1024;

    /**
     * Copies the list.
     *
     * @throws IllegalArgumentException if it is larger than {@link #BYTES_MAX}
     */
    public SpoolEntry {
        headers = List.copyOf(headers);
        if (bytes(receiptId, headers, body) > BYTES_MAX) {
            throw new IllegalArgumentException("larger than " + BYTES_MAX + " bytes");
        }
    }

    /**
     * One header of the record.
     *
     * @param name never empty in practice; any text is kept
     * @param value its bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    public record Header(String name, byte[] value) {}

    /** Bytes of id, names, values and body, each with four bytes for its length. */
    private static long bytes(String receiptId, List<Header> headers, byte[] body) {
        long bytes = 4L + receiptId.getBytes(StandardCharsets.UTF_8).length + 4 + 4 + body.length;
        for (Header header : headers) {
            bytes += 8 + header.name().getBytes(StandardCharsets.UTF_8).length + header.value().length;
        }
        return bytes;
    }

    /** When ingest received it, in whole milliseconds, if its {@code received-at} header says so. */
    Optional<Instant> receivedAt() {
        return headers.stream()
                .filter(header -> header.name().equals(RawHeaders.RECEIVED_AT))
                .map(header -> new String(header.value(), StandardCharsets.UTF_8))
                .filter(text -> text.matches("[0-9]{1,15}"))
                .map(text -> Instant.ofEpochMilli(Long.parseLong(text)))
                .findFirst();
    }
}
