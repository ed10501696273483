package dev.mailtide.processor.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The two stores of the ledger. The rows of a message to a recipient live and go together. */
final class LedgerRows {

    static final String FACTS = "ledger-facts";
    static final String EVENTS = "ledger-events";

    private final KeyValueStore<byte[], byte[]> facts;
    private final KeyValueStore<byte[], byte[]> events;
    private final AggregateMeters meters;

    LedgerRows(KeyValueStore<byte[], byte[]> facts, KeyValueStore<byte[], byte[]> events, AggregateMeters meters) {
        this.facts = facts;
        this.events = events;
        this.meters = meters;
    }

    Optional<Facts> facts(byte[] row) {
        return Optional.ofNullable(facts.get(row)).map(FactsCodec::decode);
    }

    boolean hasSeen(byte[] eventRow) {
        return events.get(eventRow) != null;
    }

    void putFacts(byte[] row, byte[] known) {
        put(facts, row, known);
    }

    void putEvent(byte[] eventRow, byte[] seen) {
        put(events, eventRow, seen);
    }

    private void put(KeyValueStore<byte[], byte[]> store, byte[] row, byte[] value) {
        store.put(row, value);
        meters.ledgerWritten(row.length + value.length);
    }

    /** Removes what is known of a message to a recipient, and its events. */
    void forget(byte[] row) {
        List<byte[]> forgotten = new ArrayList<>();
        try (KeyValueIterator<byte[], byte[]> all =
                events.prefixScan(row, Serdes.ByteArray().serializer())) {
            while (all.hasNext()) {
                forgotten.add(all.next().key);
            }
        }
        forgotten.forEach(events::delete);
        facts.delete(row);
    }

    /** The facts of all rows from this key on, in order; to be closed. */
    KeyValueIterator<byte[], byte[]> factsFrom(byte[] row) {
        return facts.range(row, null);
    }
}
