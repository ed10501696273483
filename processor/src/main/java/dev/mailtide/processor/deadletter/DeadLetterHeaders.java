package dev.mailtide.processor.deadletter;

import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.processor.normalise.DeadReason;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * The headers of a dead letter: those of the raw record, which a replay needs, and why the letter is here. Never any content:
 * codes, names of classes, and numbers.
 */
public final class DeadLetterHeaders {

    /** When an operator sent the body again, in RFC 3339; on the raw record, and on the letter if it came back. */
    public static final String REPLAYED = "replayed";

    static final String PREFIX = "dead-letter-";
    static final String REASON = PREFIX + "reason";
    static final String CLASS = PREFIX + "class";
    static final String EXCEPTION = PREFIX + "exception";
    static final String TOPIC = PREFIX + "topic";
    static final String PARTITION = PREFIX + "partition";
    static final String OFFSET = PREFIX + "offset";
    static final String BODY = PREFIX + "body";
    static final String IN_RAW = "in-raw";

    private DeadLetterHeaders() {}

    /**
     * Why a raw record gave no event.
     *
     * @param reason the code
     * @param failure the class of the exception, where {@code reason} is {@link DeadReason#INTERNAL}
     */
    public record Why(DeadReason reason, Optional<Class<? extends Throwable>> failure) {

        /** The body is to blame. */
        public static Why of(DeadReason reason) {
            return new Why(reason, Optional.empty());
        }

        /** We are to blame. */
        public static Why internal(Throwable failure) {
            return new Why(DeadReason.INTERNAL, Optional.of(failure.getClass()));
        }
    }

    /**
     * All headers of a letter.
     *
     * @param raw those of the raw record, as far as they are known
     * @param rawTopic the topic of the raw record
     * @param at where the raw record stands in it
     */
    public static Headers of(Headers raw, Why why, String rawTopic, Position at) {
        Headers headers = new RecordHeaders(raw);
        RawHeaders.add(headers, REASON, why.reason().code());
        RawHeaders.add(headers, CLASS, why.reason().reasonClass());
        why.failure().ifPresent(failure -> RawHeaders.add(headers, EXCEPTION, failure.getName()));
        RawHeaders.add(headers, TOPIC, rawTopic);
        RawHeaders.add(headers, PARTITION, Integer.toString(at.partition()));
        RawHeaders.add(headers, OFFSET, Long.toString(at.offset()));
        return headers;
    }

    /** Says that the letter has no bytes of its own: they stand in the raw topic, at the position that it names. */
    public static Headers bodyInRaw(Headers headers) {
        RawHeaders.add(headers, BODY, IN_RAW);
        return headers;
    }

    /** The headers of the raw record once more, and when it was sent again. */
    static Headers ofReplay(Headers letter, String replayedAt) {
        Headers headers = new RecordHeaders();
        for (Header header : letter) {
            if (!header.key().startsWith(PREFIX) && !header.key().equals(REPLAYED)) {
                headers.add(header);
            }
        }
        RawHeaders.add(headers, REPLAYED, replayedAt);
        return headers;
    }
}
