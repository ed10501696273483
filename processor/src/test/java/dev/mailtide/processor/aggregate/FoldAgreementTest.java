package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.EventCodec;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.testkit.fixture.RandomHistories;
import dev.mailtide.testkit.fold.DistinctEvent;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The product's state equals a plain fold over the distinct events, to the last cell, for any order and repetition. */
class FoldAgreementTest {

    private static final int HISTORIES = Integer.getInteger("mailtide.fold.histories", 30);

    @TempDir
    Path folder;

    @Test
    void states_events_and_dead_letters_equal_the_fold_over_random_histories() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            List<RawBody> history = new RandomHistories(seed).next();
            Expected expected = new ReferenceFold(RandomHistories.REMEMBER_FOR).fold(history);
            try (AggregateHarness product = new AggregateHarness(folder)) {
                product.receives(history);
                assertThat(product.events())
                        .as("events of seed %d", seed)
                        .map(FoldAgreementTest::distinct)
                        .isEqualTo(expected.events());
                assertThat(deadLetters(product))
                        .as("dead letters of seed %d", seed)
                        .isEqualTo(expected.deadLetters());
                assertThat(states(product)).as("states of seed %d", seed).isEqualTo(expected.domains());
            }
        }
    }

    @Test
    void any_order_and_any_repetition_within_the_horizon_give_the_same_states() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            Random random = new Random(seed);
            List<RawBody> bodies = new ArrayList<>(new RandomHistories(seed).next());
            bodies.addAll(bodies.subList(0, bodies.size() / 2));
            List<RawBody> inOrder = appendedFrom(Instant.parse("2026-11-01T00:00:00Z"), bodies);
            Collections.shuffle(bodies, random);
            List<RawBody> outOfOrder = appendedFrom(Instant.parse("2026-11-01T00:00:00Z"), bodies);
            assertThat(withoutCountedSince(folded(outOfOrder)))
                    .as("the fold over seed %d, out of order", seed)
                    .isEqualTo(withoutCountedSince(folded(inOrder)));

            // Partitions are read in no order: what was appended later may be read first.
            List<RawBody> asRead = new ArrayList<>(outOfOrder);
            Collections.shuffle(asRead, random);
            try (AggregateHarness product = new AggregateHarness(folder)) {
                product.receives(asRead);
                assertThat(withoutSources(states(product)))
                        .as("states of seed %d", seed)
                        .isEqualTo(folded(outOfOrder));
            }
        }
    }

    private static SortedMap<String, ObjectNode> folded(List<RawBody> history) {
        return withoutSources(
                new ReferenceFold(RandomHistories.REMEMBER_FOR).fold(history).domains());
    }

    /** Of an event that came through two sources, the first one read is named. */
    private static SortedMap<String, ObjectNode> withoutSources(SortedMap<String, ObjectNode> states) {
        states.values().forEach(state -> state.remove("sources"));
        return states;
    }

    private static SortedMap<String, ObjectNode> withoutCountedSince(SortedMap<String, ObjectNode> states) {
        states.values().forEach(state -> state.remove("countedSince"));
        return states;
    }

    private static List<RawBody> appendedFrom(Instant start, List<RawBody> bodies) {
        List<RawBody> appended = new ArrayList<>();
        for (RawBody body : bodies) {
            Instant appendTime = start.plus(Duration.ofSeconds(appended.size()));
            appended.add(new RawBody(
                    body.receiptId(), body.body(), body.source(), body.provider(), body.receivedAt(), appendTime));
        }
        return appended;
    }

    private static SortedMap<String, ObjectNode> states(AggregateHarness product) {
        SortedMap<String, ObjectNode> states = new TreeMap<>(product.states());
        states.values().forEach(state -> state.remove("asOf"));
        return states;
    }

    private static Map<String, String> deadLetters(AggregateHarness product) {
        SortedMap<String, String> reasons = new TreeMap<>();
        for (TestRecord<String, byte[]> letter : product.deadLetters()) {
            reasons.put(
                    letter.key(),
                    RawHeaders.text(letter.headers(), "dead-letter-reason").orElseThrow());
        }
        return reasons;
    }

    private static DistinctEvent distinct(TestRecord<String, byte[]> published) {
        EmailEvent event = EventCodec.decode(published.value());
        return new DistinctEvent(
                event.sender().domain().name(),
                published.key(),
                event.recipient().address().orElse(""),
                event.id().hex(),
                event.kind().counter(),
                event.origin().receiptId());
    }
}
