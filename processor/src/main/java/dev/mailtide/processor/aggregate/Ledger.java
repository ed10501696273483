package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.CloudEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The first keyed step: what is known of each message to each recipient. Two stores of rows, so that no value grows with
 * the number of recipients or events: the facts of (message, recipient), and one row for each distinct event of it,
 * which is duplicate memory and time line in one. Both live exactly as long: when the facts are forgotten, the event
 * rows under the same prefix go with them, here or in {@link LedgerSweep}.
 *
 * <p>A distinct event goes out twice: as itself, and as the one delta of all it changes in its domain's counts. Everything
 * is computed before anything is written, and what is written and what goes out is one transaction.
 */
final class Ledger implements Processor<String, byte[], String, Parcel> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

    private final Duration rememberFor;
    private final AggregateMeters meters;
    private ProcessorContext<String, Parcel> context;
    private LedgerRows rows;
    private long streamMillis;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Ledger(Duration rememberFor, AggregateMeters meters) {
        this.rememberFor = rememberFor;
        this.meters = meters;
    }

    /** May be called again after a failure, so everything begins here. */
    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        context = newContext;
        rows = new LedgerRows(
                newContext.getStateStore(LedgerRows.FACTS), newContext.getStateStore(LedgerRows.EVENTS), meters);
        LedgerSweep sweep = new LedgerSweep(rows, rememberFor, meters);
        streamMillis = 0;
        newContext.schedule(SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.turn(streamMillis));
    }

    @Override
    public void process(Record<String, byte[]> record) {
        streamMillis = Math.max(streamMillis, record.timestamp());
        LedgerEntry entry = LedgerEntry.decode(record.key(), record.value());
        LedgerEvent event = entry.event();
        byte[] row = RowKey.ofRecipient(event.message(), event.recipient().key());
        byte[] eventRow = RowKey.ofEvent(row, event.id());
        Facts before = current(row, event, record.timestamp());
        if (rows.hasSeen(eventRow)) {
            meters.duplicate();
            heardAgain(row, event, before, record.timestamp());
            return;
        }
        Facts after = before.with(event, record.timestamp());
        Delta delta = Delta.of(event, record.timestamp(), before, after);
        SeenEvent seen = new SeenEvent(
                event.kind(), event.occurredMillis(), event.report().receiptId(), entry.raw());
        rows.put(row, after);
        rows.put(eventRow, seen);
        meters.distinct();
        context.forward(published(record, entry));
        context.forward(counted(event, delta));
    }

    /** What is known at this append time: what has not been heard of for too long is dropped here, with its events. */
    private Facts current(byte[] row, LedgerEvent event, long appendMillis) {
        Optional<Facts> known = rows.facts(row);
        if (known.isEmpty()) {
            meters.messageBegins();
            return Facts.about(event);
        }
        if (!known.get().isForgottenBy(appendMillis, rememberFor)) {
            return known.get();
        }
        meters.forgotten();
        meters.messageBegins();
        rows.forget(row);
        return Facts.about(event);
    }

    private void heardAgain(byte[] row, LedgerEvent event, Facts before, long appendMillis) {
        Facts after = before.heardAgain(appendMillis);
        if (!after.equals(before)) {
            rows.put(row, after);
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
