package dev.mailtide.processor.aggregate;

import static dev.mailtide.processor.aggregate.FoldComparison.asOf;
import static dev.mailtide.processor.aggregate.FoldComparison.keptAt;
import static dev.mailtide.processor.aggregate.FoldComparison.remembered;
import static dev.mailtide.processor.aggregate.FoldComparison.same;
import static dev.mailtide.processor.aggregate.FoldComparison.states;
import static dev.mailtide.processor.aggregate.FoldComparison.without;
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
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The product equals a plain fold over the distinct events, to the last cell, for any order and repetition: events, dead
 * letters, totals, series, and what is known of each message. Many histories share one run, each with domains of its own
 * that begin with its seed, as in {@code s17.clinic.example}.
 */
class FoldAgreementTest {

    private static final int HISTORIES = Integer.getInteger("mailtide.fold.histories", 2_000);
    private static final int AT_ONCE = 25;
    private static final ReferenceFold FOLD = new ReferenceFold(RandomHistories.REMEMBER_FOR);
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void ledger_totals_and_series_equal_the_fold_over_random_histories_and_restarts() {
        for (long seed = 1; seed <= HISTORIES; seed += AT_ONCE) {
            List<RawBody> history = RandomHistories.together(seed, AT_ONCE);
            Expected expected = FOLD.fold(history);
            try (Product product = product(seed)) {
                receiveWithRestarts(product, history, new Random(seed));
                assertThat(product.events().stream()
                                .map(FoldAgreementTest::distinct)
                                .toList())
                        .as("events of seeds from %d", seed)
                        .isEqualTo(expected.events());
                assertThat(deadLetters(product))
                        .as("dead letters of seeds from %d", seed)
                        .isEqualTo(expected.deadLetters());
                same("state, seeds from " + seed, states(product), expected.domains());
                same("series, seeds from " + seed, keptAt(asOf(product), product.series()), expected.series());
                Instant end = history.get(history.size() - 1).appendTime();
                SortedMap<String, ObjectNode> messages = product.messages();
                same("message, seeds from " + seed, messages, remembered(expected, end, messages.keySet()));
            }
        }
    }

    @Test
    void any_order_and_any_repetition_within_the_horizon_give_the_same_ledger_totals_and_series() {
        for (long seed = 1; seed <= HISTORIES / 8; seed += AT_ONCE) {
            Random random = new Random(seed);
            List<RawBody> bodies = new ArrayList<>(RandomHistories.together(seed, AT_ONCE));
            bodies.addAll(bodies.subList(0, bodies.size() / 4));
            List<RawBody> inOrder = appendedFrom(START, bodies);
            Collections.shuffle(bodies, random);
            List<RawBody> outOfOrder = appendedFrom(START, bodies);
            Expected expected = FOLD.fold(outOfOrder);
            same(
                    "state of the fold, out of order, seeds from " + seed,
                    without(
                            "countedSince",
                            without("sources", FOLD.fold(inOrder).domains())),
                    without("countedSince", without("sources", expected.domains())));

            // Partitions are read in no order: what was appended later may be read first.
            List<RawBody> asRead = new ArrayList<>(outOfOrder);
            Collections.shuffle(asRead, random);
            try (Product product = product(seed)) {
                receiveWithRestarts(product, asRead, random);
                // Of an event that came through two sources, the first one read is named.
                same(
                        "state, seeds from " + seed,
                        without("sources", states(product)),
                        without("sources", expected.domains()));
                Instant asOf = asOf(product);
                same("series, seeds from " + seed, keptAt(asOf, product.series()), FOLD.series(outOfOrder, asOf));
                SortedMap<String, ObjectNode> messages = product.messages();
                same(
                        "message, seeds from " + seed,
                        withoutReceipts(messages),
                        withoutReceipts(remembered(expected, START, Set.of())));
            }
        }
    }

    /** A part of the histories runs on stores that are closed and opened again. */
    private Product product(long seed) {
        return seed == 1 ? new AggregateHarness(folder.resolve("stores")) : new ProcessorChain();
    }

    /** With two restarts on the same stores, and what happens once a second, at points of chance. */
    private static void receiveWithRestarts(Product product, List<RawBody> bodies, Random random) {
        Set<Integer> restarts =
                Set.of(random.nextInt(bodies.size() / 2), bodies.size() - 1 - random.nextInt(bodies.size() / 2));
        for (int i = 0; i < bodies.size(); i++) {
            product.receives(bodies.get(i));
            if (random.nextInt(300) == 0) {
                product.tick();
            }
            if (restarts.contains(i)) {
                product.restart();
            }
        }
    }

    /** Which copy of an event is read first is chance, too. */
    private static SortedMap<String, ObjectNode> withoutReceipts(SortedMap<String, ObjectNode> messages) {
        messages.values()
                .forEach(message -> message.get("events").forEach(event -> ((ObjectNode) event).remove("receiptId")));
        return messages;
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

    private static List<String> deadLetters(Product product) {
        return product.deadLetters().stream()
                .map(letter -> letter.key() + " "
                        + RawHeaders.text(letter.headers(), "dead-letter-reason")
                                .orElseThrow())
                .sorted()
                .toList();
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
