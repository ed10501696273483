package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.CloudEvent;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        LedgerEntry entry = LedgerEntry.decode(record.value());
        EmailEvent event = entry.event();
        byte[] row = RowKey.ofRecipient(event.messageKey(), event.recipient().key());
        byte[] eventRow = RowKey.ofEvent(row, event.id());
        Facts before = current(row, event, record.timestamp());
        // Without facts of this recipient there is no row of an event of it, either.
        if (!before.firsts().isEmpty() && events.get(eventRow) != null) {
            meters.duplicate();
            heardAgain(row, event, before, record.timestamp());
            return;
        }
        Facts after = before.with(event, record.timestamp());
        Delta delta = Delta.of(event, record.timestamp(), before, after);
        SeenEvent seen = new SeenEvent(
                event.kind(),
                event.occurrence().at().toEpochMilli(),
                event.origin().receiptId(),
                entry.raw());
        facts.put(row, FactsCodec.encode(after));
        events.put(eventRow, seen.encode());
        meters.distinct();
        context.forward(published(event, record.timestamp()));
        context.forward(counted(event, delta));
    }

    /** What is known at this append time: what has not been heard of for too long is dropped here, with its events. */
    private Facts current(byte[] row, EmailEvent event, long appendMillis) {
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

    private void heardAgain(byte[] row, EmailEvent event, Facts before, long appendMillis) {
        Facts after = before.heardAgain(appendMillis);
        if (!after.equals(before)) {
            facts.put(row, FactsCodec.encode(after));
        }
        if (after.firstHeardMillis() < before.firstHeardMillis()) {
            context.forward(counted(event, Delta.ofEarlierDuplicate(event, appendMillis, before)));
        }
    }

    private static Record<String, Parcel> counted(EmailEvent event, Delta delta) {
        return new Record<>(
                event.sender().domain().name(),
                Parcel.to(Parcel.Exit.TOTALS, DeltaCodec.encode(delta)),
                delta.appendMillis());
    }

    private static Record<String, Parcel> published(EmailEvent event, long appendMillis) {
        Headers headers = new RecordHeaders();
        CloudEvent.describe(event, headers);
        return new Record<>(
                event.messageKey().text(),
                Parcel.to(Parcel.Exit.EVENTS, EventCodec.encode(event)),
                appendMillis,
                headers);
    }
}
