package dev.mailtide.processor.aggregate;

import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.normalise.DeadReason;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.normalise.RawBody;
import dev.mailtide.processor.normalise.Reading;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads each raw record: an event goes to the ledger under its message key, anything else to the dead letters with its
 * bytes untouched. A bad body is a value here and never an exception; an exception out of normalising is a mistake of
 * ours, and its body is kept the same way, under the reason {@code internal}.
 */
final class Normalise implements Processor<String, byte[], String, Parcel> {

    private static final Logger LOG = LoggerFactory.getLogger(Normalise.class);

    private static final String HEADER_PREFIX = "dead-letter-";

    private final Normaliser normaliser;
    private final AggregateMeters meters;
    private ProcessorContext<String, Parcel> context;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    Normalise(Normaliser normaliser, AggregateMeters meters) {
        this.normaliser = normaliser;
        this.meters = meters;
    }

    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        context = newContext;
    }

    @Override
    public void process(Record<String, byte[]> raw) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        byte[] body = raw.value() == null ? new byte[0] : raw.value();
        Reading reading = read(raw, body, metadata);
        if (reading instanceof Reading.Understood understood) {
            EmailEvent event = understood.event();
            LedgerEntry entry = LedgerEntry.of(event, new RawPosition(metadata.partition(), metadata.offset()));
            meters.normalised();
            context.forward(new Record<>(
                    event.messageKey().text(), Parcel.to(Parcel.Exit.LEDGER, entry.encode()), raw.timestamp()));
        } else {
            DeadReason reason = ((Reading.Unreadable) reading).reason();
            meters.deadLetter(reason);
            context.forward(raw.withValue(Parcel.to(Parcel.Exit.DEAD_LETTERS, body))
                    .withHeaders(deadLetterHeaders(raw.headers(), reason, metadata)));
        }
    }

    private Reading read(Record<String, byte[]> raw, byte[] body, RecordMetadata metadata) {
        try {
            RawBody from = new RawBody(
                    Optional.ofNullable(raw.key()).orElseThrow(),
                    RawHeaders.text(raw.headers(), RawHeaders.SOURCE).orElseThrow(),
                    RawHeaders.text(raw.headers(), RawHeaders.PROVIDER).orElseThrow(),
                    RawHeaders.receivedAt(raw.headers()));
            return normaliser.read(from, body);
        } catch (RuntimeException e) {
            // The message may quote the body, so only the class is logged.
            LOG.error(
                    "normalising failed at {}-{} offset {}: {}; the body is kept as a dead letter",
                    metadata.topic(),
                    metadata.partition(),
                    metadata.offset(),
                    e.getClass().getName());
            return new Reading.Unreadable(DeadReason.INTERNAL);
        }
    }

    /** What a replay needs (the raw headers), and why it is here. Never any content. */
    private static Headers deadLetterHeaders(Headers raw, DeadReason reason, RecordMetadata metadata) {
        Headers headers = new RecordHeaders(raw);
        RawHeaders.add(headers, HEADER_PREFIX + "reason", reason.code());
        RawHeaders.add(headers, HEADER_PREFIX + "class", reason.reasonClass());
        RawHeaders.add(headers, HEADER_PREFIX + "topic", metadata.topic());
        RawHeaders.add(headers, HEADER_PREFIX + "partition", Integer.toString(metadata.partition()));
        RawHeaders.add(headers, HEADER_PREFIX + "offset", Long.toString(metadata.offset()));
        return headers;
    }
}
