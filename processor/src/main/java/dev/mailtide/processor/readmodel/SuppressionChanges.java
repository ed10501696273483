package dev.mailtide.processor.readmodel;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What some events change in the rows of recipients: each row is read once and written once. */
final class SuppressionChanges {

    private final Database rows;
    private final KnownElsewhere elsewhere;
    private final Map<Addressee, SuppressionRow> changed = new LinkedHashMap<>();

    SuppressionChanges(Database rows, KnownElsewhere elsewhere) {
        this.rows = rows;
        this.elsewhere = elsewhere;
    }

    /** What others know. While somebody holds its monitor, they learn nothing more. */
    @FunctionalInterface
    interface KnownElsewhere {
        /** Whether they know something of this recipient, so that they have to hear good news, too. */
        boolean isAgainst(Addressee addressee);
    }

    void add(EventHead event, long appendMillis) {
        Optional<SuppressionRow> said = SuppressionRow.of(event, appendMillis);
        if (said.isEmpty() || event.recipient().isEmpty()) {
            return;
        }
        Addressee addressee = new Addressee(event.domain(), event.recipient().get());
        SuppressionRow before = changed.containsKey(addressee) ? changed.get(addressee) : stored(addressee);
        SuppressionRow now = before.and(said.get());
        if (!now.equals(before)) {
            changed.put(addressee, now);
        }
    }

    private SuppressionRow stored(Addressee addressee) {
        return rows.get(RowKeys.ofRecipient(RowKeys.SUPPRESSION, addressee.domain(), addressee.recipient()))
                .map(SuppressionCodec::decode)
                .orElse(SuppressionRow.NOTHING);
    }

    /**
     * Adds the rows, and a mark for each that the topic has to hear of: good news only where there is something against the
     * recipient.
     *
     * @param version another one each time
     */
    void addTo(Changes changes, long version) {
        byte[] mark = ByteBuffer.allocate(Long.BYTES).putLong(0, version).array();
        changed.forEach((addressee, row) -> {
            changes.put(key(RowKeys.SUPPRESSION, addressee), SuppressionCodec.encode(row));
            if (row.isAgainst()) {
                changes.put(key(RowKeys.CANDIDATE, addressee));
            } else {
                changes.delete(key(RowKeys.CANDIDATE, addressee));
            }
            if (row.isAgainst() || elsewhere.isAgainst(addressee)) {
                changes.put(key(RowKeys.UNPUBLISHED, addressee), mark);
            }
        });
    }

    private static byte[] key(byte table, Addressee addressee) {
        return RowKeys.ofRecipient(table, addressee.domain(), addressee.recipient());
    }
}
