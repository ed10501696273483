package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was read from one partition of the events topic, and up to where: rows and offset change together, so that after a
 * kill it goes on exactly where it was. To read an event twice changes nothing. One thread writes events; any may ask.
 */
final class EventStore implements AutoCloseable {

    /** Before the id of the topic, in what a database notes about its origin. */
    static final String ROWS_VERSION = "2 ";

    private static final String NEXT_OFFSET = "next-offset";
    private static final String STREAM_TIME = "stream-time";

    /** In one step, so that what comes in does not wait for what goes. */
    private static final int SWEPT_MAX = 2_000;

    private static final int MARKED_MAX = 2_000;

    private final int partition;
    private final Database rows;
    private volatile long streamMillis;

    private EventStore(int partition, Database rows) {
        this.partition = partition;
        this.rows = rows;
        this.streamMillis = rows.number(STREAM_TIME).orElse(Long.MIN_VALUE);
    }

    /**
     * Opens that of a partition.
     *
     * @param topicId rows of another topic are deleted, and those of a release that kept other rows
     * @throws DatabaseException if the folder cannot be used
     */
    static EventStore open(Path folder, int partition, String topicId) {
        Database rows = Database.open(folder, ROWS_VERSION + topicId);
        try {
            return new EventStore(partition, rows);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /**
     * What stands in the topic.
     *
     * @param json the event as it came
     */
    record Appended(long appendMillis, EventHead head, ByteBuffer json) {}

    int partition() {
        return partition;
    }

    /** Where reading goes on; nothing if it has not begun. */
    OptionalLong nextOffset() {
        return rows.number(NEXT_OFFSET);
    }

    /** The greatest append time that was read; nothing before the first event. */
    OptionalLong streamMillis() {
        return streamMillis == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(streamMillis);
    }

    /**
     * Adds events, and notes where reading goes on.
     *
     * @param elsewhere whether something is known, by others, against a recipient of whom this partition has none but good news
     */
    void add(List<Appended> events, long nextOffset, SuppressionChanges.KnownElsewhere elsewhere) {
        try (Changes changes = new Changes()) {
            SuppressionChanges suppressions = new SuppressionChanges(rows, elsewhere);
            long newest = streamMillis;
            for (Appended event : events) {
                add(event, changes);
                suppressions.add(event.head(), event.appendMillis());
                newest = Math.max(newest, event.appendMillis());
            }
            if (newest != Long.MIN_VALUE) {
                changes.note(STREAM_TIME, newest);
            }
            changes.note(NEXT_OFFSET, nextOffset);
            // Who hears of something bad between the question and the write would not see this, nor be seen by it.
            synchronized (elsewhere) {
                suppressions.addTo(changes, nextOffset);
                write(changes);
            }
            streamMillis = newest;
        }
    }

    private static void add(Appended event, Changes changes) {
        EventHead head = event.head();
        byte[] key = RowKeys.event(head.place());
        changes.put(
                key, StoredEvent.encode(head, event.appendMillis(), event.json().array()));
        changes.put(RowKeys.expiry(event.appendMillis(), key));
        listed(head.place(), head.domain(), head.recipient(), head.messageHash())
                .forEach(changes::put);
    }

    /** Keys of the rows that point to an event. */
    private static List<byte[]> listed(
            Place place, SenderDomain domain, Optional<RecipientKey> recipient, Fingerprint messageHash) {
        List<byte[]> keys = new ArrayList<>();
        keys.add(RowKeys.ofAnyDomain(place));
        keys.add(RowKeys.at(RowKeys.ofMessage(domain, messageHash), place));
        recipient.ifPresent(key -> keys.add(RowKeys.at(RowKeys.ofRecipient(RowKeys.OF_RECIPIENT, domain, key), place)));
        return keys;
    }

    /** An event of a list. */
    @FunctionalInterface
    interface EventVisitor {
        /** Whether to go on to the next one. */
        boolean visit(Place place, StoredEvent event);
    }

    /**
     * Visits the events of a list, the newest first.
     *
     * @param after only those behind this place
     */
    void list(EventList list, Optional<Place> after, EventVisitor visitor) {
        byte[] prefix = list.key();
        byte[] from = after.map(place -> RowKeys.after(list.at(place))).orElse(prefix);
        rows.scan(prefix, from, (key, value) -> {
            Place place = list.placeOf(key);
            // What is listed under two keys expires under both, but not while this looks.
            Optional<byte[]> row = value.length > 0 ? Optional.of(value) : rows.get(RowKeys.event(place));
            return row.isEmpty() || visitor.visit(place, StoredEvent.decode(row.get()));
        });
    }

    /** The JSON of an event, as it came; nothing if it has expired meanwhile. */
    Optional<byte[]> json(Place place) {
        return rows.get(RowKeys.event(place)).map(StoredEvent::jsonOf);
    }

    /**
     * Removes what was appended before this time, a part of it at a time.
     *
     * @return whether there is more of it
     */
    boolean sweep(long beforeMillis) {
        List<byte[]> due = new ArrayList<>();
        rows.scan(new byte[] {RowKeys.EXPIRY}, new byte[] {RowKeys.EXPIRY}, (key, value) -> {
            boolean isDue = RowKeys.appendMillisOf(key) < beforeMillis;
            if (isDue) {
                due.add(key);
            }
            return isDue && due.size() < SWEPT_MAX;
        });
        if (!due.isEmpty()) {
            try (Changes changes = new Changes()) {
                due.forEach(expiry -> remove(expiry, beforeMillis, changes));
                write(changes);
            }
        }
        return due.size() == SWEPT_MAX;
    }

    private void remove(byte[] expiry, long beforeMillis, Changes changes) {
        changes.delete(expiry);
        byte[] key = RowKeys.eventOf(expiry);
        Optional<StoredEvent> found = rows.get(key).map(StoredEvent::decode);
        // One that was published again, after its message was forgotten, stays for as long as its last time.
        if (found.filter(event -> event.appendMillis() < beforeMillis).isEmpty()) {
            return;
        }
        StoredEvent event = found.get();
        Place place = RowKeys.placeOf(key);
        SenderDomain domain = new SenderDomain(place.domain());
        changes.delete(key);
        listed(place, domain, event.recipient(), event.message()).forEach(changes::delete);
        event.recipient()
                .ifPresent(recipient -> removeSuppression(new Addressee(domain, recipient), beforeMillis, changes));
    }

    /** What is published stands in the topic of suppressions for good. */
    private void removeSuppression(Addressee addressee, long beforeMillis, Changes changes) {
        boolean isOld = suppression(addressee)
                .filter(row -> row.asOfMillis() < beforeMillis)
                .isPresent();
        if (isOld && !rows.has(ofRecipient(RowKeys.UNPUBLISHED, addressee))) {
            changes.delete(ofRecipient(RowKeys.SUPPRESSION, addressee));
            changes.delete(ofRecipient(RowKeys.CANDIDATE, addressee));
        }
    }

    /** What this partition says about a recipient. */
    Optional<SuppressionRow> suppression(Addressee addressee) {
        return rows.get(ofRecipient(RowKeys.SUPPRESSION, addressee)).map(SuppressionCodec::decode);
    }

    /** Recipients of a domain against whom this partition says something, in the order of their keys. */
    List<RecipientKey> candidates(SenderDomain domain, Optional<RecipientKey> after, int limit) {
        List<RecipientKey> found = new ArrayList<>();
        byte[] prefix = RowKeys.ofDomain(RowKeys.CANDIDATE, domain);
        byte[] from = after.map(key -> RowKeys.after(RowKeys.ofRecipient(RowKeys.CANDIDATE, domain, key)))
                .orElse(prefix);
        rows.scan(prefix, from, (key, value) -> {
            found.add(RowKeys.addresseeOf(key).recipient());
            return found.size() < limit;
        });
        return found;
    }

    /** Whose row has changed and has not been published since. */
    record Unpublished(Addressee addressee, long version) {}

    List<Unpublished> unpublished(int limit) {
        List<Unpublished> found = new ArrayList<>();
        byte[] all = {RowKeys.UNPUBLISHED};
        rows.scan(all, all, (key, value) -> {
            found.add(new Unpublished(
                    RowKeys.addresseeOf(key), ByteBuffer.wrap(value).getLong()));
            return found.size() < limit;
        });
        return found;
    }

    /** Marks a row as unpublished. */
    synchronized void mark(Addressee addressee) {
        byte[] key = ofRecipient(RowKeys.UNPUBLISHED, addressee);
        if (!rows.has(key)) {
            try (Changes changes = new Changes()) {
                // No change of the row has this version.
                changes.put(key, ByteBuffer.allocate(Long.BYTES).putLong(0, -1).array());
                var unused = rows.write(changes);
            }
        }
    }

    /** Marks the rows of all against whom this partition says something. */
    void markCandidates() {
        byte[] all = {RowKeys.CANDIDATE};
        byte[] from = all;
        List<Addressee> some = new ArrayList<>();
        do {
            some.clear();
            rows.scan(all, from, (key, value) -> some.add(RowKeys.addresseeOf(key)) && some.size() < MARKED_MAX);
            some.forEach(this::mark);
            from = some.isEmpty() ? all : RowKeys.after(ofRecipient(RowKeys.CANDIDATE, some.get(some.size() - 1)));
        } while (some.size() == MARKED_MAX);
    }

    /** Notes that rows are published, but for those that have changed meanwhile. */
    synchronized void published(List<Unpublished> done) {
        try (Changes changes = new Changes()) {
            for (Unpublished one : done) {
                byte[] key = ofRecipient(RowKeys.UNPUBLISHED, one.addressee());
                byte[] version =
                        ByteBuffer.allocate(Long.BYTES).putLong(one.version()).array();
                if (rows.get(key).filter(now -> Arrays.equals(now, version)).isPresent()) {
                    changes.delete(key);
                }
            }
            var unused = rows.write(changes);
        }
    }

    /** Not while somebody else looks whether a mark is still the same, and takes it away. */
    private synchronized void write(Changes changes) {
        if (!rows.write(changes)) {
            throw new IllegalStateException("the store of partition " + partition + " is closed");
        }
    }

    private static byte[] ofRecipient(byte table, Addressee addressee) {
        return RowKeys.ofRecipient(table, addressee.domain(), addressee.recipient());
    }

    /** Whether a part of it turned out to be damaged: it has to be opened again, and is empty then. */
    boolean isDamaged() {
        return rows.isDamaged();
    }

    long bytes() {
        return rows.bytes();
    }

    long rows() {
        return rows.rows();
    }

    @Override
    public void close() {
        rows.close();
    }
}
