package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.CloudEvent;
import dev.mailtide.processor.aggregate.DeadLetterRecords.Report;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
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
 * is computed before anything is written, and what is written and what goes out is one transaction. An exception out of
 * what is computed makes a dead letter of the event; one out of a store, or out of a row of a store, fails the thread.
 */
final class Ledger implements Processor<String, byte[], String, Parcel> {

    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);

    private final Duration rememberFor;
    private final DeadLetterRecords deadLetters;
    private final AggregateMeters meters;
    private final Outside outside;
    private ProcessorContext<String, Parcel> context;
    private LedgerRows rows;
    private long streamMillis;
    private List<Cancellable> scheduled = List.of();

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Ledger(Duration rememberFor, DeadLetterRecords deadLetters, AggregateMeters meters, Outside outside) {
        this.rememberFor = rememberFor;
        this.deadLetters = deadLetters;
        this.meters = meters;
        this.outside = outside;
    }

    /** May be called again after a failure, so everything begins here. */
    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        close();
        context = newContext;
        rows = new LedgerRows(
                newContext.getStateStore(LedgerRows.FACTS), newContext.getStateStore(LedgerRows.EVENTS), meters);
        LedgerSweep sweep = new LedgerSweep(rows, rememberFor, meters);
        streamMillis = 0;
        scheduled = List.of(newContext.schedule(
                SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep.turn(leastToComeMillis())));
    }

    /**
     * No record comes any more that was appended before. The greatest append time of this partition alone says nothing: it
     * has come from the raw partition that is read furthest, and one that is read slowly may hold records from days before.
     * While it is not known how far all are, nothing is swept; what is known and old is still true.
     */
    private long leastToComeMillis() {
        return Math.min(
                streamMillis, outside.countedUpTo().map(Instant::toEpochMilli).orElse(0L));
    }

    /** A task that is revived keeps what it had scheduled, and would do everything once more often after each failure. */
    @Override
    public void close() {
        scheduled.forEach(Cancellable::cancel);
        scheduled = List.of();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        streamMillis = Math.max(streamMillis, record.timestamp());
        // Not a mistake in one event: an entry of another format version, of which every one would fail.
        RawPosition raw = LedgerEntry.rawIn(record.value());
        orDeadLetter(() -> LedgerEntry.decode(record.key(), record.value()), Optional.empty(), raw, record.timestamp())
                .ifPresent(entry -> book(record, entry));
    }

    private void book(Record<String, byte[]> record, LedgerEntry entry) {
        LedgerEvent event = entry.event();
        byte[] row = RowKey.ofRecipient(event.message(), event.recipient().key());
        byte[] eventRow = RowKey.ofEvent(row, event.id());
        Optional<Facts> stored = rows.facts(row);
        Optional<Facts> remembered = stored.filter(known -> !known.isForgottenBy(record.timestamp(), rememberFor));
        boolean isSeen = remembered.isPresent() && rows.hasSeen(eventRow);
        Optional<Booking> worked = orDeadLetter(
                () -> booking(record, entry, remembered, isSeen),
                Optional.of(report(event)),
                entry.raw(),
                record.timestamp());
        if (worked.isEmpty()) {
            return;
        }
        if (remembered.isEmpty()) {
            meters.messageBegins();
        }
        if (stored.isPresent() && remembered.isEmpty()) {
            meters.forgotten();
            rows.forget(row);
        }
        write(worked.get(), row, eventRow);
    }

    private static Report report(LedgerEvent event) {
        return new Report(
                event.report().receiptId(),
                event.report().source(),
                event.report().provider().wireName());
    }

    /** An exception out of the pure parts is a mistake of ours: the event becomes a dead letter, and nothing is written. */
    private <T> Optional<T> orDeadLetter(
            Supplier<T> pure, Optional<Report> report, RawPosition raw, long appendMillis) {
        try {
            return Optional.of(pure.get());
        } catch (RuntimeException | StackOverflowError e) {
            context.forward(deadLetters.notCounted(report, e, raw, appendMillis));
            return Optional.empty();
        }
    }

    /**
     * What is to be done about one event, all of it worked out before any of it is done.
     *
     * @param facts what is known from now on, encoded; nothing if that does not change
     * @param seen the event's own row, encoded; nothing for a duplicate
     * @param out what goes out
     */
    private record Booking(Optional<Bytes> facts, Optional<Bytes> seen, List<Record<String, Parcel>> out) {}

    private static Booking booking(
            Record<String, byte[]> record, LedgerEntry entry, Optional<Facts> remembered, boolean isSeen) {
        LedgerEvent event = entry.event();
        long appendMillis = record.timestamp();
        Facts before = remembered.orElseGet(() -> Facts.about(event));
        if (isSeen) {
            return again(event, before, appendMillis);
        }
        Facts after = before.with(event, appendMillis);
        Delta delta = Delta.of(event, appendMillis, before, after);
        SeenEvent seen = new SeenEvent(
                event.kind(), event.occurredMillis(), event.report().receiptId(), entry.raw());
        return new Booking(
                Optional.of(Bytes.wrap(FactsCodec.encode(after))),
                Optional.of(Bytes.wrap(seen.encode())),
                List.of(published(record, entry), counted(event, delta)));
    }

    private static Booking again(LedgerEvent event, Facts before, long appendMillis) {
        Facts after = before.heardAgain(appendMillis);
        Optional<Bytes> facts =
                after.equals(before) ? Optional.empty() : Optional.of(Bytes.wrap(FactsCodec.encode(after)));
        List<Record<String, Parcel>> out = after.firstHeardMillis() < before.firstHeardMillis()
                ? List.of(counted(event, Delta.ofEarlierDuplicate(event, appendMillis, before)))
                : List.of();
        return new Booking(facts, Optional.empty(), out);
    }

    private void write(Booking booking, byte[] row, byte[] eventRow) {
        booking.facts().ifPresent(known -> rows.putFacts(row, known.get()));
        booking.seen().ifPresent(seen -> rows.putEvent(eventRow, seen.get()));
        booking.seen().ifPresentOrElse(seen -> meters.distinct(), meters::duplicate);
        booking.out().forEach(context::forward);
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
