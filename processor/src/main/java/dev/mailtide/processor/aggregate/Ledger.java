package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.CloudEvent;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.processor.aggregate.DeadLetterRecords.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
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
 * is computed before anything is written, and what is written and what goes out is one transaction. An exception out of
 * what is computed makes a dead letter of the event; one out of a store, or out of a row of a store, fails the thread.
 */
final class Ledger implements Processor<String, byte[], String, Parcel> {

    static final String FACTS = "ledger-facts";
    static final String EVENTS = "ledger-events";

    private final Duration rememberFor;
    private final DeadLetterRecords deadLetters;
    private final AggregateMeters meters;
    private ProcessorContext<String, Parcel> context;
    private KeyValueStore<byte[], byte[]> facts;
    private KeyValueStore<byte[], byte[]> events;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Ledger(Duration rememberFor, DeadLetterRecords deadLetters, AggregateMeters meters) {
        this.rememberFor = rememberFor;
        this.deadLetters = deadLetters;
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
        long appendMillis = record.timestamp();
        // Not a mistake in one event: an entry of another format version, of which every one would fail.
        RawPosition raw = LedgerEntry.rawIn(record.value());
        Optional<EmailEvent> decoded =
                orDeadLetter(() -> LedgerEntry.decode(record.value()).event(), Optional.empty(), raw, appendMillis);
        if (decoded.isEmpty()) {
            return;
        }
        EmailEvent event = decoded.get();
        byte[] row = RowKey.ofRecipient(event.messageKey(), event.recipient().key());
        byte[] eventRow = RowKey.ofEvent(row, event.id());
        Optional<Facts> stored = Optional.ofNullable(facts.get(row)).map(FactsCodec::decode);
        Optional<Facts> remembered = stored.filter(known -> !known.isForgottenBy(appendMillis, rememberFor));
        boolean isSeen = remembered.isPresent() && events.get(eventRow) != null;
        orDeadLetter(
                        () -> booking(event, raw, remembered, isSeen, appendMillis),
                        Optional.of(report(event)),
                        raw,
                        appendMillis)
                .ifPresent(booking -> {
                    if (stored.isPresent() && remembered.isEmpty()) {
                        meters.forgotten();
                        forgetEvents(row);
                    }
                    write(booking, row, eventRow);
                });
    }

    private static Report report(EmailEvent event) {
        return new Report(
                event.origin().receiptId(),
                event.origin().source(),
                event.origin().provider().wireName());
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
            EmailEvent event, RawPosition raw, Optional<Facts> remembered, boolean isSeen, long appendMillis) {
        Facts before = remembered.orElseGet(() -> Facts.about(event));
        if (isSeen) {
            return again(event, before, appendMillis);
        }
        Facts after = before.with(event, appendMillis);
        Delta delta = Delta.of(event, appendMillis, before, after);
        SeenEvent seen = new SeenEvent(
                event.kind(),
                event.occurrence().at().toEpochMilli(),
                event.origin().receiptId(),
                raw);
        return new Booking(
                Optional.of(Bytes.wrap(FactsCodec.encode(after))),
                Optional.of(Bytes.wrap(seen.encode())),
                List.of(published(event, appendMillis), counted(event, delta)));
    }

    private static Booking again(EmailEvent event, Facts before, long appendMillis) {
        Facts after = before.heardAgain(appendMillis);
        Optional<Bytes> facts =
                after.equals(before) ? Optional.empty() : Optional.of(Bytes.wrap(FactsCodec.encode(after)));
        List<Record<String, Parcel>> out = after.firstHeardMillis() < before.firstHeardMillis()
                ? List.of(counted(event, Delta.ofEarlierDuplicate(event, appendMillis, before)))
                : List.of();
        return new Booking(facts, Optional.empty(), out);
    }

    private void write(Booking booking, byte[] row, byte[] eventRow) {
        booking.facts().ifPresent(known -> facts.put(row, known.get()));
        booking.seen().ifPresent(seen -> events.put(eventRow, seen.get()));
        booking.seen().ifPresentOrElse(seen -> meters.distinct(), meters::duplicate);
        booking.out().forEach(context::forward);
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
