package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.CloudEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The first keyed step: what is known of each message to each recipient. Two stores of rows, so that no value grows with
 * the number of recipients or events: the facts of (message, recipient), and one row for each distinct event of it,
 * which is duplicate memory and time line in one. Both live exactly as long: when the facts are forgotten, the event
 * rows under the same prefix go with them.
 *
 * <p>A distinct event goes out twice: as itself, and as the one delta of all it changes in its domain's counts. Everything
 * is computed before anything is written, and what is written and what goes out is one transaction.
 */
final class Ledger implements Processor<String, byte[], String, Parcel> {

    static final String FACTS = "ledger-facts";
    static final String EVENTS = "ledger-events";

    private final Duration rememberFor;
    private final AggregateMeters meters;
    private ProcessorContext<String, Parcel> context;
    private KeyValueStore<byte[], byte[]> facts;
    private KeyValueStore<byte[], byte[]> events;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Ledger(Duration rememberFor, AggregateMeters meters) {
        this.rememberFor = rememberFor;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        context = newContext;
        facts = newContext.getStateStore(FACTS);
        events = newContext.getStateStore(EVENTS);
    }

    @Override
    public void process(Record<String, byte[]> record) {
        LedgerEntry entry = LedgerEntry.decode(record.key(), record.value());
        LedgerEvent event = entry.event();
        byte[] row = RowKey.ofRecipient(event.message(), event.recipient().key());
        byte[] eventRow = RowKey.ofEvent(row, event.id());
        Facts before = current(row, event, record.timestamp());
        if (events.get(eventRow) != null) {
            meters.duplicate();
            heardAgain(row, event, before, record.timestamp());
            return;
        }
        Facts after = before.with(event, record.timestamp());
        Delta delta = Delta.of(event, record.timestamp(), before, after);
        SeenEvent seen = new SeenEvent(
                event.kind(), event.occurredMillis(), event.report().receiptId(), entry.raw());
        facts.put(row, FactsCodec.encode(after));
        events.put(eventRow, seen.encode());
        meters.distinct();
        context.forward(published(record, entry));
        context.forward(counted(event, delta));
    }

    /** What is known at this append time: what has not been heard of for too long is dropped here, with its events. */
    private Facts current(byte[] row, LedgerEvent event, long appendMillis) {
        byte[] stored = facts.get(row);
        if (stored == null) {
            return Facts.about(event);
        }
        Facts known = FactsCodec.decode(stored);
        if (!known.isForgottenBy(appendMillis, rememberFor)) {
            return known;
        }
        meters.forgotten();
        forgetEvents(row);
        facts.delete(row);
        return Facts.about(event);
    }

    private void forgetEvents(byte[] row) {
        List<byte[]> forgotten = new ArrayList<>();
        try (KeyValueIterator<byte[], byte[]> all =
                events.prefixScan(row, Serdes.ByteArray().serializer())) {
            while (all.hasNext()) {
                KeyValue<byte[], byte[]> next = all.next();
                forgotten.add(next.key);
            }
        }
        forgotten.forEach(events::delete);
    }

    private void heardAgain(byte[] row, LedgerEvent event, Facts before, long appendMillis) {
        Facts after = before.heardAgain(appendMillis);
        if (!after.equals(before)) {
            facts.put(row, FactsCodec.encode(after));
        }
        if (after.firstHeardMillis() < before.firstHeardMillis()) {
            context.forward(counted(event, Delta.ofEarlierDuplicate(event, appendMillis, before)));
        }
    }

    private static Record<String, Parcel> counted(LedgerEvent event, Delta delta) {
        return new Record<>(
                event.message().domain().name(),
                Parcel.to(Parcel.Exit.TOTALS, DeltaCodec.encode(delta)),
                delta.appendMillis());
    }

    private static Record<String, Parcel> published(Record<String, byte[]> record, LedgerEntry entry) {
        LedgerEvent event = entry.event();
        Headers headers = new RecordHeaders();
        CloudEvent.describe(
                new CloudEvent.Attributes(
                        event.id(),
                        event.report().source(),
                        event.kind(),
                        event.message(),
                        Instant.ofEpochMilli(event.occurredMillis())),
                headers);
        return new Record<>(
                record.key(), new Parcel(Parcel.Exit.EVENTS, Optional.of(entry.json())), record.timestamp(), headers);
    }
}
