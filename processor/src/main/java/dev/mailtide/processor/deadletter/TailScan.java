package dev.mailtide.processor.deadletter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads a topic from its end, newest first over all partitions. Each partition is read backwards in pieces, and the newest
 * letter of all those at hand is taken next; so memory holds some pieces, without bodies, whatever the topic holds.
 *
 * <p>A letter may be meant or not, so how much must be read for a page is unknown: after so many records or so much time the
 * page ends where it is, and says so. The first pieces are always read, or nobody who asks again would ever get on.
 */
final class TailScan {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PIECES_MAX = Duration.ofSeconds(30);

    private final Consumer<byte[], Integer> consumer;
    private final LetterFilter filter;
    private final List<Tail> tails;
    private final Limits limits;
    private final long startedNanos = System.nanoTime();
    private long recordsRead;

    /**
     * How much is read for one page.
     *
     * @param records so many, and the rest of the pieces begun
     * @param time so long, but for the first pieces
     */
    record Limits(int records, Duration time) {}

    /** Begins before the cursor, or at the end of what is committed. The values are the sizes of the bodies. */
    TailScan(
            Consumer<byte[], Integer> consumer,
            List<TopicPartition> partitions,
            LetterFilter filter,
            Optional<LetterCursor> cursor,
            Limits limits) {
        this.consumer = consumer;
        this.filter = filter;
        this.limits = limits;
        this.tails = tails(partitions, cursor);
    }

    private List<Tail> tails(List<TopicPartition> partitions, Optional<LetterCursor> cursor) {
        Map<TopicPartition, Long> begins = new HashMap<>(consumer.beginningOffsets(partitions));
        Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
        filter.from().ifPresent(from -> begins.putAll(firstSince(from.toEpochMilli(), ends)));
        filter.to().ifPresent(to -> ends.putAll(firstSince(to.toEpochMilli(), ends)));
        cursor.ifPresent(before -> ends.replaceAll(
                (partition, end) -> Math.min(end, before.before().getOrDefault(partition.partition(), 0L))));
        return partitions.stream()
                .map(partition ->
                        new Tail(partition, begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L)))
                .toList();
    }

    /** The topic has the broker's append time, so what stands before the first record since then is older. */
    private Map<TopicPartition, Long> firstSince(long millis, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> asked = new HashMap<>();
        ends.keySet().forEach(partition -> asked.put(partition, millis));
        Map<TopicPartition, Long> first = new HashMap<>(ends);
        consumer.offsetsForTimes(asked).forEach((partition, found) -> {
            if (found != null) {
                first.merge(partition, found.offset(), Math::min);
            }
        });
        return first;
    }

    LetterPage page(int limit) {
        List<DeadLetter> letters = new ArrayList<>();
        boolean partial = false;
        while (letters.size() < limit && !partial) {
            partial = !fill();
            Optional<Tail> newest = partial
                    ? Optional.empty()
                    : tails.stream().filter(Tail::hasLetter).max(Tail.BY_NEWEST);
            if (newest.isEmpty()) {
                break;
            }
            letters.add(newest.get().takeNewest());
        }
        return new LetterPage(letters, next(), partial);
    }

    private Optional<LetterCursor> next() {
        TreeMap<Integer, Long> before = new TreeMap<>();
        tails.stream()
                .filter(Tail::hasMore)
                .forEach(tail -> before.put(tail.partition().partition(), tail.takenFrom()));
        return before.isEmpty() ? Optional.empty() : Optional.of(new LetterCursor(before));
    }

    /** Reads on until the newest letter of each partition is at hand; false if a limit came first. */
    private boolean fill() {
        List<Tail> toRead = tails.stream().filter(Tail::mustRead).toList();
        while (!toRead.isEmpty()) {
            if (recordsRead >= limits.records() || (recordsRead > 0 && isOver(limits.time()))) {
                return false;
            }
            readPieces(toRead);
            toRead = tails.stream().filter(Tail::mustRead).toList();
        }
        return true;
    }

    private void readPieces(List<Tail> toRead) {
        Map<TopicPartition, Tail> reading = new HashMap<>();
        toRead.forEach(tail -> reading.put(tail.partition(), tail));
        consumer.assign(reading.keySet());
        // One that was read before is still paused.
        consumer.resume(reading.keySet());
        toRead.forEach(tail -> consumer.seek(tail.partition(), tail.beginOfPiece()));
        while (!reading.isEmpty()) {
            if (isOver(PIECES_MAX)) {
                throw new TimeoutException("not read within " + PIECES_MAX.toSeconds() + " s");
            }
            for (ConsumerRecord<byte[], Integer> record : consumer.poll(POLL)) {
                read(record, reading);
            }
            List<Tail> whole = reading.values().stream()
                    .filter(tail -> consumer.position(tail.partition()) >= tail.endOfPiece())
                    .toList();
            for (Tail tail : whole) {
                tail.pieceIsWhole();
                reading.remove(tail.partition());
            }
            consumer.pause(whole.stream().map(Tail::partition).toList());
        }
    }

    private void read(ConsumerRecord<byte[], Integer> record, Map<TopicPartition, Tail> reading) {
        recordsRead++;
        Tail tail = reading.get(new TopicPartition(record.topic(), record.partition()));
        DeadLetter letter = DeadLetter.of(record, record.value() == null ? 0 : record.value());
        if (tail != null && filter.matches(letter)) {
            tail.read(letter);
        }
    }

    private boolean isOver(Duration time) {
        return System.nanoTime() - startedNanos > time.toNanos();
    }
}
