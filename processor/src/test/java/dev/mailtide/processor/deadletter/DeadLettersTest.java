package dev.mailtide.processor.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.deadletter.DeadLetterHeaders.Why;
import dev.mailtide.processor.deadletter.LetterFilter.CameBack;
import dev.mailtide.processor.normalise.DeadReason;
import dev.mailtide.testkit.kafka.OnKafka;
import dev.mailtide.testkit.kafka.TestKafka;
import dev.mailtide.testkit.kafka.TopicReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters on a real broker, written in transactions as the processor writes them. Each test has topics of its own. */
@OnKafka
class DeadLettersTest {

    private static final KafkaAccess KAFKA = TestKafka.access();
    private static final int PARTITIONS = 3;
    private static final Instant NOW = Instant.parse("2026-04-18T20:27:26.001Z");
    private static final byte[] BODY = {'{', 0, (byte) 0xFF, '"'};

    private final Topics topics = new Topics(TestKafka.freshPrefix(), new TopicSizes(PARTITIONS, 1, 1, 1, (short) 1));
    private final DeadLetters letters = new DeadLetters(KAFKA, topics);

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private KafkaProducer<String, byte[]> producer;

    private int written;

    @BeforeEach
    void open() {
        KAFKA.createMissing(List.of(topics.raw(), topics.deadLetters()));
        producer = new KafkaProducer<>(
                KAFKA.with(Map.of("transactional.id", topics.deadLetters().name())),
                new StringSerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    @AfterEach
    void close() {
        producer.close();
    }

    @Test
    void letters_are_listed_newest_first_over_all_partitions_in_pages_without_gap_or_repetition() throws Exception {
        write(250, 7, DeadReason.NOT_JSON);
        List<DeadLetter> all = all(LetterFilter.ALL, 40);
        assertThat(all).hasSize(250);
        assertThat(new HashSet<>(all)).hasSize(250);
        assertThat(all)
                .isSortedAccordingTo(Comparator.comparing(DeadLetter::appendedAt)
                        .thenComparing(DeadLetter::at)
                        .reversed());
        assertThat(all(LetterFilter.ALL, 1_000)).isEqualTo(all);
    }

    @Test
    void a_letter_says_all_that_is_known_of_it() throws Exception {
        Position at = write(0, "r-1", BODY, letterHeaders(Why.internal(new IllegalStateException("canary"))));
        DeadLetter letter = letters.find(at).orElseThrow();
        assertThat(letter)
                .isEqualTo(new DeadLetter(
                        at,
                        letter.appendedAt(),
                        Optional.of("r-1"),
                        new DeadLetter.Why(
                                Optional.of("internal"),
                                Optional.of("internal"),
                                Optional.of("java.lang.IllegalStateException")),
                        new DeadLetter.Origin(
                                Optional.of("paubox-main"), Optional.of("paubox"), Optional.of(NOW), Optional.empty()),
                        Optional.of(new DeadLetter.Raw(topics.raw().name(), new Position(2, 7))),
                        OptionalLong.of(BODY.length)));
        assertThat(letters.page(LetterFilter.ALL, Optional.empty(), 10).letters())
                .containsExactly(letter);
        assertThat(letters.bodyOf(letter))
                .hasValueSatisfying(body -> assertThat(body).isEqualTo(BODY));
    }

    @Test
    void a_record_that_is_no_letter_of_ours_is_listed_with_what_is_known() throws Exception {
        Position at = write(1, "k", BODY, new RecordHeaders());
        DeadLetter letter = letters.find(at).orElseThrow();
        assertThat(letter.why().reason()).isEmpty();
        assertThat(letter.raw()).isEmpty();
        assertThat(letters.page(LetterFilter.ALL, Optional.empty(), 10).letters())
                .containsExactly(letter);
    }

    @Test
    void what_was_taken_back_is_neither_listed_nor_shown_nor_replayed() throws Exception {
        producer.beginTransaction();
        Position takenBack = send(0, "r-0", BODY, letterHeaders(Why.of(DeadReason.EMPTY)));
        producer.abortTransaction();
        Position kept = write(0, "r-1", BODY, letterHeaders(Why.of(DeadReason.EMPTY)));
        assertThat(all(LetterFilter.ALL, 10)).extracting(DeadLetter::at).containsExactly(kept);
        assertThat(letters.find(takenBack)).isEmpty();
        assertThat(replay(Set.of(takenBack, kept, new Position(2, 0), new Position(99, 0), new Position(0, 1_000_000))))
                .isEqualTo(new Replay.Outcome(
                        1, 0, Set.of(takenBack, new Position(2, 0), new Position(99, 0), new Position(0, 1_000_000))));
    }

    @Test
    void a_filter_finds_exactly_what_it_says() throws Exception {
        write(30, 5, DeadReason.NOT_JSON);
        write(30, 5, DeadReason.EMPTY);
        List<DeadLetter> all = all(LetterFilter.ALL, 1_000);
        Instant from = all.get(40).appendedAt();
        Instant to = all.get(10).appendedAt();
        LetterFilter filter = new LetterFilter(
                Optional.of(DeadReason.EMPTY),
                Optional.of("source-1"),
                Optional.of(from),
                Optional.of(to),
                CameBack.INCLUDED);
        List<DeadLetter> expected = all.stream()
                .filter(letter -> letter.why().reason().equals(Optional.of("empty"))
                        && letter.origin().source().equals(Optional.of("source-1"))
                        && !letter.appendedAt().isBefore(from)
                        && letter.appendedAt().isBefore(to))
                .toList();
        assertThat(all(filter, 3)).isEqualTo(expected);
        assertThat(all(
                        new LetterFilter(
                                Optional.empty(),
                                Optional.of("source-1"),
                                Optional.empty(),
                                Optional.empty(),
                                CameBack.INCLUDED),
                        7))
                .hasSize(20);
        Instant later = all.get(0).appendedAt().plusSeconds(3_600);
        assertThat(all(
                        new LetterFilter(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(later),
                                Optional.empty(),
                                CameBack.INCLUDED),
                        7))
                .isEmpty();
    }

    @Test
    void a_page_that_a_limit_cuts_off_says_so_and_the_next_one_goes_on() throws Exception {
        Position oldest = write(0, "r-0", BODY, letterHeaders(Why.of(DeadReason.BAD_GZIP)));
        write(400, 50, DeadReason.EMPTY);
        DeadLetters bounded = new DeadLetters(KAFKA, topics, new TailScan.Limits(50, Duration.ofSeconds(30)));
        LetterFilter filter = new LetterFilter(
                Optional.of(DeadReason.BAD_GZIP),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                CameBack.INCLUDED);
        LetterPage first = bounded.page(filter, Optional.empty(), 10);
        assertThat(first.letters()).isEmpty();
        assertThat(first.partial()).isTrue();
        List<DeadLetter> found = new ArrayList<>();
        int pages = 1;
        for (Optional<LetterCursor> cursor = first.next(); cursor.isPresent(); pages++) {
            LetterPage page = bounded.page(filter, cursor, 10);
            found.addAll(page.letters());
            cursor = page.next();
        }
        assertThat(found).extracting(DeadLetter::at).containsExactly(oldest);
        assertThat(pages).isBetween(2, 8);
    }

    @Test
    void what_is_appended_while_somebody_leafs_through_the_list_is_not_in_it() throws Exception {
        write(9, 3, DeadReason.EMPTY);
        LetterPage first = letters.page(LetterFilter.ALL, Optional.empty(), 4);
        write(9, 3, DeadReason.EMPTY);
        LetterPage rest = letters.page(LetterFilter.ALL, first.next(), 100);
        assertThat(first.letters().size() + rest.letters().size()).isEqualTo(9);
        assertThat(rest.next()).isEmpty();
    }

    @Test
    void a_replay_sends_the_same_key_bytes_and_headers_and_says_when() throws Exception {
        Position at = write(2, "r-1", BODY, letterHeaders(Why.of(DeadReason.NOT_JSON)));
        assertThat(replay(Set.of(at))).isEqualTo(new Replay.Outcome(1, 0, Set.of()));
        ConsumerRecord<String, byte[]> raw = onlyRaw();
        assertThat(raw.key()).isEqualTo("r-1");
        assertThat(raw.value()).isEqualTo(BODY);
        assertThat(texts(raw.headers()))
                .isEqualTo(Map.of(
                        "source", "paubox-main",
                        "provider", "paubox",
                        "received-at", Long.toString(NOW.toEpochMilli()),
                        "replayed", "2026-04-18T20:27:26.001Z"));
    }

    @Test
    void a_letter_without_a_body_of_its_own_is_shown_and_replayed_from_the_raw_topic() throws Exception {
        Headers headers = new RecordHeaders();
        RawHeaders.add(headers, RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(headers, RawHeaders.CONTENT_TYPE, "application/json");
        producer.beginTransaction();
        RecordMetadata raw = producer.send(new ProducerRecord<>(topics.raw().name(), 1, null, "r-1", BODY, headers))
                .get();
        producer.commitTransaction();
        Position rawAt = new Position(raw.partition(), raw.offset());
        Why why = Why.internal(new IllegalStateException("canary"));
        Headers letter = DeadLetterHeaders.bodyInRaw(
                DeadLetterHeaders.of(new RecordHeaders(), why, topics.raw().name(), rawAt));
        Headers gone = DeadLetterHeaders.bodyInRaw(
                DeadLetterHeaders.of(new RecordHeaders(), why, topics.raw().name(), new Position(1, 1_000)));
        Position at = write(0, "r-1", new byte[0], letter);
        Position atGone = write(0, "r-2", new byte[0], gone);
        DeadLetter found = letters.find(at).orElseThrow();
        assertThat(found.bodyBytes()).isEmpty();
        assertThat(letters.bodyOf(found))
                .hasValueSatisfying(body -> assertThat(body).isEqualTo(BODY));
        assertThat(letters.bodyOf(letters.find(atGone).orElseThrow())).isEmpty();
        assertThat(replay(Set.of(at, atGone))).isEqualTo(new Replay.Outcome(1, 0, Set.of(atGone)));
        ConsumerRecord<String, byte[]> again = TopicReader.readAll(
                        KAFKA, topics.raw().name())
                .stream()
                .filter(record -> record.headers().lastHeader("replayed") != null)
                .findFirst()
                .orElseThrow();
        assertThat(again.key()).isEqualTo("r-1");
        assertThat(again.value()).isEqualTo(BODY);
        assertThat(texts(again.headers()))
                .isEqualTo(Map.of(
                        "source", "paubox-main",
                        "content-type", "application/json",
                        "replayed", "2026-04-18T20:27:26.001Z"));
    }

    @Test
    void a_body_in_the_raw_topic_is_the_one_of_a_letter_only_if_it_has_its_receipt_id() throws Exception {
        producer.beginTransaction();
        RecordMetadata raw = producer.send(
                        new ProducerRecord<>(topics.raw().name(), 1, null, "r-1", BODY, new RecordHeaders()))
                .get();
        producer.commitTransaction();
        Headers there = DeadLetterHeaders.bodyInRaw(DeadLetterHeaders.of(
                new RecordHeaders(),
                Why.of(DeadReason.INTERNAL),
                topics.raw().name(),
                new Position(raw.partition(), raw.offset())));
        Position foreign = write(0, "r-from-before", new byte[0], there);
        Position own = write(0, "r-1", new byte[0], there);
        Position copied = write(1, "r-1", new byte[0], there);
        assertThat(letters.bodyOf(letters.find(foreign).orElseThrow())).isEmpty();
        assertThat(letters.bodyOf(letters.find(own).orElseThrow()))
                .hasValueSatisfying(body -> assertThat(body).isEqualTo(BODY));
        assertThat(replay(Set.of(foreign, own, copied))).isEqualTo(new Replay.Outcome(2, 0, Set.of(foreign)));
        assertThat(replay(Set.of(foreign))).isEqualTo(new Replay.Outcome(0, 0, Set.of(foreign)));
    }

    @Test
    void a_replay_of_a_thousand_letters_sends_each_once() throws Exception {
        write(1_000, 100, DeadReason.EMPTY);
        Set<Position> all = new HashSet<>();
        all(LetterFilter.ALL, 1_000).forEach(letter -> all.add(letter.at()));
        assertThat(replay(all)).isEqualTo(new Replay.Outcome(1_000, 0, Set.of()));
        assertThat(TopicReader.readAll(KAFKA, topics.raw().name()))
                .extracting(ConsumerRecord::key)
                .hasSize(1_000)
                .doesNotHaveDuplicates();
    }

    @Test
    void without_its_topic_a_question_is_refused_and_no_topic_is_made() throws Exception {
        Topics none = new Topics(TestKafka.freshPrefix(), TopicSizes.DEFAULT);
        assertThatThrownBy(() -> new DeadLetters(KAFKA, none).page(LetterFilter.ALL, Optional.empty(), 1))
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith(
                        "there is no topic " + none.deadLetters().name());
        assertThatThrownBy(() -> new Replay(KAFKA, none, InstantSource.fixed(NOW)))
                .isInstanceOf(ResourceException.class)
                .hasMessageStartingWith("there is no topic " + none.raw().name());
        try (var admin = KAFKA.openAdmin()) {
            assertThat(admin.listTopics().names().get())
                    .doesNotContain(none.raw().name(), none.deadLetters().name());
        }
    }

    private List<DeadLetter> all(LetterFilter filter, int limit) {
        List<DeadLetter> all = new ArrayList<>();
        Optional<LetterCursor> cursor = Optional.empty();
        do {
            LetterPage page = letters.page(filter, cursor, limit);
            assertThat(page.partial()).isFalse();
            assertThat(page.letters().size()).isLessThanOrEqualTo(limit);
            all.addAll(page.letters());
            cursor = page.next();
        } while (cursor.isPresent());
        return all;
    }

    private Replay.Outcome replay(Set<Position> positions) {
        try (Replay replay = new Replay(KAFKA, topics, InstantSource.fixed(NOW))) {
            return replay.replay(positions);
        }
    }

    private ConsumerRecord<String, byte[]> onlyRaw() {
        List<ConsumerRecord<String, byte[]>> raw =
                TopicReader.readAll(KAFKA, topics.raw().name());
        assertThat(raw).hasSize(1);
        return raw.get(0);
    }

    /** So many, spread over partitions and three sources, with a commit after so many. */
    private void write(int count, int commitEvery, DeadReason reason) throws Exception {
        for (int i = 0; i < count; i++) {
            if (i % commitEvery == 0) {
                producer.beginTransaction();
            }
            Headers raw = new RecordHeaders();
            RawHeaders.add(raw, RawHeaders.SOURCE, "source-" + i % 3);
            written++;
            var unused = producer.send(new ProducerRecord<>(
                    topics.deadLetters().name(),
                    (i * 7 + i / 5) % PARTITIONS,
                    null,
                    "w-" + written,
                    BODY,
                    DeadLetterHeaders.of(raw, Why.of(reason), topics.raw().name(), new Position(0, i))));
            if (i % commitEvery == commitEvery - 1 || i == count - 1) {
                producer.commitTransaction();
            }
        }
    }

    private Position write(int partition, String receipt, byte[] body, Headers headers) throws Exception {
        producer.beginTransaction();
        Position at = send(partition, receipt, body, headers);
        producer.commitTransaction();
        return at;
    }

    private Position send(int partition, String receipt, byte[] body, Headers headers) throws Exception {
        RecordMetadata written = producer.send(
                        new ProducerRecord<>(topics.deadLetters().name(), partition, null, receipt, body, headers))
                .get();
        return new Position(written.partition(), written.offset());
    }

    private Headers letterHeaders(Why why) {
        Headers raw = new RecordHeaders();
        RawHeaders.add(raw, RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(raw, RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(raw, RawHeaders.RECEIVED_AT, Long.toString(NOW.toEpochMilli()));
        return DeadLetterHeaders.of(raw, why, topics.raw().name(), new Position(2, 7));
    }

    private static Map<String, String> texts(Headers headers) {
        Map<String, String> texts = new TreeMap<>();
        for (Header header : headers) {
            texts.put(header.key(), RawHeaders.text(headers, header.key()).orElseThrow());
        }
        return texts;
    }
}
