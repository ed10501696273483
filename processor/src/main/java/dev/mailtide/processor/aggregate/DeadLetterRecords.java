package dev.mailtide.processor.aggregate;

import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.deadletter.DeadLetterHeaders;
import dev.mailtide.processor.deadletter.DeadLetterHeaders.Why;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.normalise.DeadReason;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the dead letters of both steps, counts them, and says at ERROR what is our own mistake. Shared by all threads.
 *
 * <p>Normalising has the body and gives it to the letter, byte for byte. The ledger has the event and not the body, which
 * stands in the raw topic; its letter is empty and says where. Carrying each body through the internal topic for the sake of
 * a mistake that should not happen would double what goes through it, and asking Kafka for it would stall the partition.
 */
final class DeadLetterRecords {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRecords.class);

    private static final String OUR_PACKAGE = "dev.mailtide.";
    private static final byte[] NO_BYTES = {};

    private final String rawTopic;
    private final AggregateMeters meters;
    private final Map<String, LongAdder> mistakes = new ConcurrentHashMap<>();

    /** @param rawTopic the topic of the records that gave no event */
    DeadLetterRecords(String rawTopic, AggregateMeters meters) {
        this.rawTopic = rawTopic;
        this.meters = meters;
    }

    /** For a raw record that cannot be read. */
    Record<String, Parcel> unreadable(Record<String, byte[]> raw, byte[] body, DeadReason reason, RawPosition at) {
        return ofBody(raw, body, Why.of(reason), at);
    }

    /** For a raw record that we failed to read. */
    Record<String, Parcel> notNormalised(Record<String, byte[]> raw, byte[] body, Throwable failure, RawPosition at) {
        say("normalising", failure, at);
        return ofBody(raw, body, Why.internal(failure), at);
    }

    private Record<String, Parcel> ofBody(Record<String, byte[]> raw, byte[] body, Why why, RawPosition at) {
        meters.deadLetter(why.reason());
        return raw.withValue(Parcel.to(Parcel.Exit.DEAD_LETTERS, body))
                .withHeaders(DeadLetterHeaders.of(raw.headers(), why, rawTopic, positionOf(at)));
    }

    /**
     * Who reported an event, as far as the ledger knows.
     *
     * @param receiptId the id that ingest gave the request
     */
    record Report(String receiptId, String source, String provider) {}

    /**
     * For an event that we failed to count.
     *
     * @param report nothing if the event could not even be decoded; then the letter has no key
     */
    Record<String, Parcel> notCounted(Optional<Report> report, Throwable failure, RawPosition at, long appendMillis) {
        say("counting", failure, at);
        meters.refused();
        meters.deadLetter(DeadReason.INTERNAL);
        Headers raw = new RecordHeaders();
        report.ifPresent(known -> {
            RawHeaders.add(raw, RawHeaders.SOURCE, known.source());
            RawHeaders.add(raw, RawHeaders.PROVIDER, known.provider());
        });
        Headers headers = DeadLetterHeaders.of(raw, Why.internal(failure), rawTopic, positionOf(at));
        return new Record<>(
                report.map(Report::receiptId).orElse(null),
                Parcel.to(Parcel.Exit.DEAD_LETTERS, NO_BYTES),
                appendMillis,
                DeadLetterHeaders.bodyInRaw(headers));
    }

    private static Position positionOf(RawPosition at) {
        return new Position(at.partition(), at.offset());
    }

    /**
     * The first mistake of each kind at once, then the tenth, the hundredth and so on: a mistake in everything must not fill
     * the disk. Its message may quote the body, so only the class and the line of ours are named.
     */
    private void say(String what, Throwable failure, RawPosition at) {
        String kind = failure.getClass().getName() + lineOf(failure);
        LongAdder count = mistakes.computeIfAbsent(what + kind, any -> new LongAdder());
        count.increment();
        if (isPowerOfTen(count.sum())) {
            LOG.error(
                    "{} failed at {}-{} offset {}: {} ({} of this kind so far); the body is kept, and is a dead letter"
                            + " of reason internal",
                    what,
                    rawTopic,
                    at.partition(),
                    at.offset(),
                    kind,
                    count.sum());
        }
    }

    private static String lineOf(Throwable failure) {
        return Arrays.stream(failure.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(OUR_PACKAGE))
                .findFirst()
                .map(frame -> " at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .orElse("");
    }

    private static boolean isPowerOfTen(long count) {
        long rest = count;
        while (rest > 1 && rest % 10 == 0) {
            rest /= 10;
        }
        return rest == 1;
    }
}
