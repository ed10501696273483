package dev.mailtide.processor.deadletter;

import dev.mailtide.common.topic.RawHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * What is known of one dead letter but its body. Anybody may write to a topic, so all but the place and the time may be
 * missing.
 *
 * @param at where it stands in the topic of dead letters
 * @param appendedAt when it was appended there, by the broker's clock
 * @param receiptId the id that ingest gave the request
 * @param why the reason
 * @param origin what the raw record said about itself
 * @param raw where the raw record stands
 * @param bodyBytes the size of the body; nothing if the body stands in the raw topic alone
 */
public record DeadLetter(
        Position at,
        Instant appendedAt,
        Optional<String> receiptId,
        Why why,
        Origin origin,
        Optional<Raw> raw,
        OptionalLong bodyBytes) {

    /** Longer than any text that ingest writes. */
    private static final int TEXT_CHARS_MAX = 200;

    /**
     * Why it is here.
     *
     * @param reason the code, for example {@code no-sender-domain}
     * @param reasonClass {@code unreadable} or {@code internal}
     * @param exception the name of the exception's class, where the mistake is ours
     */
    public record Why(Optional<String> reason, Optional<String> reasonClass, Optional<String> exception) {}

    /**
     * What ingest wrote, and whether it was sent again.
     *
     * @param receivedAt when ingest received the body
     * @param replayed when it was sent again, in RFC 3339; nothing if it never was
     */
    public record Origin(
            Optional<String> source,
            Optional<String> provider,
            Optional<Instant> receivedAt,
            Optional<String> replayed) {}

    /** Where the raw record stands. */
    public record Raw(String topic, Position at) {}

    static DeadLetter of(ConsumerRecord<byte[], ?> record, long bodyBytes) {
        Headers headers = record.headers();
        boolean inRaw = text(headers, DeadLetterHeaders.BODY)
                .filter(DeadLetterHeaders.IN_RAW::equals)
                .isPresent();
        return new DeadLetter(
                new Position(record.partition(), record.offset()),
                Instant.ofEpochMilli(record.timestamp()),
                receiptIdOf(record),
                new Why(
                        text(headers, DeadLetterHeaders.REASON),
                        text(headers, DeadLetterHeaders.CLASS),
                        text(headers, DeadLetterHeaders.EXCEPTION)),
                new Origin(
                        text(headers, RawHeaders.SOURCE),
                        text(headers, RawHeaders.PROVIDER),
                        text(headers, RawHeaders.RECEIVED_AT)
                                .filter(millis -> millis.matches("[0-9]{1,14}"))
                                .map(millis -> Instant.ofEpochMilli(Long.parseLong(millis))),
                        text(headers, DeadLetterHeaders.REPLAYED)),
                raw(headers),
                inRaw ? OptionalLong.empty() : OptionalLong.of(bodyBytes));
    }

    private static Optional<String> receiptIdOf(ConsumerRecord<byte[], ?> record) {
        return Optional.ofNullable(record.key()).map(key -> cut(new String(key, StandardCharsets.UTF_8)));
    }

    /** Whether a record at the place of the raw one can be that one. After the raw topic was made anew, another may stand there. */
    boolean isOf(ConsumerRecord<byte[], ?> found) {
        return receiptId.isEmpty() || receiptId.equals(receiptIdOf(found));
    }

    private static Optional<Raw> raw(Headers headers) {
        Optional<Position> at = text(headers, DeadLetterHeaders.PARTITION)
                .flatMap(partition -> text(headers, DeadLetterHeaders.OFFSET)
                        .flatMap(offset -> Position.of(partition + ":" + offset)));
        return at.flatMap(position -> text(headers, DeadLetterHeaders.TOPIC).map(topic -> new Raw(topic, position)));
    }

    private static Optional<String> text(Headers headers, String name) {
        return RawHeaders.text(headers, name).map(DeadLetter::cut);
    }

    private static String cut(String text) {
        return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
    }
}
