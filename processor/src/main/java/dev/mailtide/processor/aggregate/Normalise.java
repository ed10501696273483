package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.normalise.DeadReason;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.normalise.RawBody;
import dev.mailtide.processor.normalise.Reading;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Reads each raw record: an event goes to the ledger under its message key, anything else to the dead letters with its
 * bytes untouched. A bad body is a value here and never an exception; an exception out of the pure part is a mistake of
 * ours, and its body is kept the same way, under the reason {@code internal}. What goes out is worked out before, so that an
 * exception of Kafka is never taken for one of ours.
 */
final class Normalise implements Processor<String, byte[], String, Parcel> {

    private final Normaliser normaliser;
    private final DeadLetterRecords deadLetters;
    private final AggregateMeters meters;
    private ProcessorContext<String, Parcel> context;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Normalise(Normaliser normaliser, DeadLetterRecords deadLetters, AggregateMeters meters) {
        this.normaliser = normaliser;
        this.deadLetters = deadLetters;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        context = newContext;
    }

    @Override
    public void process(Record<String, byte[]> raw) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        context.forward(normalised(raw, new RawPosition(metadata.partition(), metadata.offset())));
    }

    private Record<String, Parcel> normalised(Record<String, byte[]> raw, RawPosition at) {
        byte[] body = raw.value() == null ? new byte[0] : raw.value();
        try {
            Reading reading = normaliser.read(rawBody(raw), body);
            if (reading instanceof Reading.Understood understood) {
                Record<String, Parcel> entry = toLedger(understood, at, raw.timestamp());
                meters.normalised();
                return entry;
            }
            DeadReason reason = ((Reading.Unreadable) reading).reason();
            return deadLetters.unreadable(raw, body, reason, at);
        } catch (RuntimeException | StackOverflowError e) {
            return deadLetters.notNormalised(raw, body, e, at);
        }
    }

    private static RawBody rawBody(Record<String, byte[]> raw) {
        return new RawBody(
                Optional.ofNullable(raw.key()).orElseThrow(),
                RawHeaders.text(raw.headers(), RawHeaders.SOURCE).orElseThrow(),
                RawHeaders.text(raw.headers(), RawHeaders.PROVIDER).orElseThrow(),
                RawHeaders.receivedAt(raw.headers()));
    }

    private static Record<String, Parcel> toLedger(Reading.Understood read, RawPosition at, long appendMillis) {
        LedgerEvent event = LedgerEvent.of(read.event(), read.address());
        byte[] entry = new LedgerEntry(event, at, Bytes.wrap(EventCodec.encode(read.published()))).encode();
        return new Record<>(event.message().text(), Parcel.to(Parcel.Exit.LEDGER, entry), appendMillis);
    }
}
