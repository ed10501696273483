package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The keys of all rows of a database. The first byte is the table. A domain ends with a zero, which no host name holds, so
 * that no domain's rows are among those of another; lists go on with 16 bytes of what they are of, if they are of more than
 * a domain, and with the {@link Place}. The list of any domain has the place first.
 */
final class RowKeys {

    /** What is noted about the database itself. */
    static final byte NOTE = 'n';
    /** Events of a domain. */
    static final byte EVENT = 'e';
    /** The same, of any domain, by place and then by domain; the row has no value. */
    static final byte ANY_DOMAIN = 'a';
    /** The same, of one recipient; the row has no value. */
    static final byte OF_RECIPIENT = 'r';
    /** The same, of one message. */
    static final byte OF_MESSAGE = 'm';
    /** Append time and key of an event: in the order in which they expire. */
    static final byte EXPIRY = 'x';
    /** What is known of a recipient of a domain. */
    static final byte SUPPRESSION = 's';
    /** Those of them who may be candidates; the row has no value. */
    static final byte CANDIDATE = 'c';
    /** Those of them of whom something has not been published yet. */
    static final byte UNPUBLISHED = 'u';

    private RowKeys() {}

    static byte[] note(String name) {
        return joined(NOTE, name.getBytes(StandardCharsets.UTF_8));
    }

    /** Begins the keys of all rows of this domain in this table. */
    static byte[] ofDomain(byte table, SenderDomain domain) {
        return ofDomain(table, domain.name());
    }

    private static byte[] ofDomain(byte table, String domain) {
        byte[] name = domain.getBytes(StandardCharsets.UTF_8);
        return joined(table, Arrays.copyOf(name, name.length + 1));
    }

    /** Of one recipient: a row, or the begin of a list. */
    static byte[] ofRecipient(byte table, SenderDomain domain, RecipientKey recipient) {
        return joined(ofDomain(table, domain), recipient.bytes());
    }

    static byte[] ofMessage(SenderDomain domain, Fingerprint messageHash) {
        return joined(ofDomain(OF_MESSAGE, domain), messageHash.bytes());
    }

    static byte[] at(byte[] list, Place place) {
        return joined(list, place.bytes());
    }

    static byte[] event(Place place) {
        return at(ofDomain(EVENT, place.domain()), place);
    }

    static byte[] ofAnyDomain(Place place) {
        return joined(at(new byte[] {ANY_DOMAIN}, place), place.domain().getBytes(StandardCharsets.UTF_8));
    }

    static Place placeOfAnyDomain(byte[] key) {
        return Place.ofBytes(key, 1, Place.text(key, 1 + Place.BYTES));
    }

    static byte[] expiry(long appendMillis, byte[] event) {
        return joined(expiryBefore(appendMillis), event);
    }

    /** Comes before all that expire by this append time, and behind all of an earlier one. */
    static byte[] expiryBefore(long appendMillis) {
        return ByteBuffer.allocate(1 + Long.BYTES)
                .put(EXPIRY)
                .putLong(appendMillis)
                .array();
    }

    static long appendMillisOf(byte[] expiry) {
        return ByteBuffer.wrap(expiry).getLong(1);
    }

    static byte[] eventOf(byte[] expiry) {
        return Arrays.copyOfRange(expiry, 1 + Long.BYTES, expiry.length);
    }

    static Place placeOf(byte[] event) {
        return placeAtTheEnd(event, domain(event, event.length - Place.BYTES).name());
    }

    static Place placeAtTheEnd(byte[] key, String domain) {
        return Place.ofBytes(key, key.length - Place.BYTES, domain);
    }

    /** Of whom a row of a recipient is. */
    static Addressee addresseeOf(byte[] ofRecipient) {
        int keyFrom = ofRecipient.length - RecipientKey.BYTES;
        String hex = HexFormat.of().formatHex(ofRecipient, keyFrom, ofRecipient.length);
        return new Addressee(domain(ofRecipient, keyFrom), new RecipientKey(hex));
    }

    /** Between the table and the zero that is before this place. */
    private static SenderDomain domain(byte[] key, int until) {
        return new SenderDomain(new String(key, 1, until - 2, StandardCharsets.UTF_8));
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** Comes directly behind this key. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    private static byte[] joined(byte table, byte[] rest) {
        return ByteBuffer.allocate(1 + rest.length).put(table).put(rest).array();
    }

    private static byte[] joined(byte[] begin, byte[] rest) {
        return ByteBuffer.allocate(begin.length + rest.length)
                .put(begin)
                .put(rest)
                .array();
    }
}
