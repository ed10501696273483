package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the topic of suppressions says, all of it, and with it what it said before: a record that knows less than another one
 * before it came from somebody who had not read that yet.
 */
final class SuppressionView implements AutoCloseable {

    private static final String NEXT_OFFSET = "next-offset-";

    private final Database rows;

    private SuppressionView(Database rows) {
        this.rows = rows;
    }

    /**
     * Opens it.
     *
     * @param topicId what another topic said is deleted
     */
    static SuppressionView open(Path folder, String topicId) {
        return new SuppressionView(Database.open(folder, topicId));
    }

    /** Where reading of a partition goes on; nothing if it has not begun. */
    OptionalLong nextOffset(int partition) {
        return rows.number(NEXT_OFFSET + partition);
    }

    /**
     * What the topic says about a recipient.
     *
     * @param row what is known of it
     * @param isPublished whether the latest record says all of that; if not, it has to be said again
     */
    record Said(SuppressionRow row, boolean isPublished) {}

    /** Takes over what records say; no row is a record that takes a recipient out. */
    void add(Map<Addressee, Optional<Said>> said, Map<Integer, Long> nextOffsets) {
        try (Changes changes = new Changes()) {
            said.forEach((addressee, now) -> add(addressee, now, changes));
            nextOffsets.forEach((partition, next) -> changes.note(NEXT_OFFSET + partition, next));
            var unused = rows.write(changes);
        }
    }

    private static void add(Addressee addressee, Optional<Said> now, Changes changes) {
        byte[] unpublished = key(RowKeys.UNPUBLISHED, addressee);
        changes.delete(unpublished);
        if (now.isEmpty()) {
            changes.delete(key(RowKeys.SUPPRESSION, addressee));
            return;
        }
        changes.put(
                key(RowKeys.SUPPRESSION, addressee),
                SuppressionCodec.encode(now.get().row()));
        if (!now.get().isPublished()) {
            changes.put(unpublished);
        }
    }

    Optional<SuppressionRow> row(Addressee addressee) {
        return rows.get(key(RowKeys.SUPPRESSION, addressee)).map(SuppressionCodec::decode);
    }

    /** Recipients of whom the topic's latest record does not say all that is known. */
    List<Addressee> unpublished(int limit) {
        List<Addressee> found = new ArrayList<>();
        byte[] all = {RowKeys.UNPUBLISHED};
        rows.scan(all, all, (key, value) -> {
            found.add(RowKeys.addresseeOf(key));
            return found.size() < limit;
        });
        return found;
    }

    /** Notes that the topic was told. */
    void published(List<Addressee> told) {
        try (Changes changes = new Changes()) {
            told.forEach(addressee -> changes.delete(key(RowKeys.UNPUBLISHED, addressee)));
            var unused = rows.write(changes);
        }
    }

    /** A part of all recipients, in the order of their keys, from this one on; the first one is that one, if it is there. */
    List<Addressee> addressees(Optional<Addressee> from, int limit) {
        List<Addressee> found = new ArrayList<>();
        byte[] all = {RowKeys.SUPPRESSION};
        rows.scan(all, from.map(one -> key(RowKeys.SUPPRESSION, one)).orElse(all), (key, value) -> {
            found.add(RowKeys.addresseeOf(key));
            return found.size() < limit;
        });
        return found;
    }

    /** Recipients of a domain of whom the topic knows something, in the order of their keys. */
    List<RecipientKey> recipients(SenderDomain domain, Optional<RecipientKey> after, int limit) {
        List<RecipientKey> found = new ArrayList<>();
        byte[] prefix = RowKeys.ofDomain(RowKeys.SUPPRESSION, domain);
        byte[] from = after.map(key -> RowKeys.after(RowKeys.ofRecipient(RowKeys.SUPPRESSION, domain, key)))
                .orElse(prefix);
        rows.scan(prefix, from, (key, value) -> {
            found.add(RowKeys.addresseeOf(key).recipient());
            return found.size() < limit;
        });
        return found;
    }

    private static byte[] key(byte table, Addressee addressee) {
        return RowKeys.ofRecipient(table, addressee.domain(), addressee.recipient());
    }

    /** Whether a part of it turned out to be damaged: it has to be opened again, and is empty then. */
    boolean isDamaged() {
        return rows.isDamaged();
    }

    @Override
    public void close() {
        rows.close();
    }
}
