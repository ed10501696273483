package dev.mailtide.processor.aggregate;

import static dev.mailtide.processor.aggregate.FoldComparison.asOf;
import static dev.mailtide.processor.aggregate.FoldComparison.keptAt;
import static dev.mailtide.processor.aggregate.FoldComparison.remembered;
import static dev.mailtide.processor.aggregate.FoldComparison.same;
import static dev.mailtide.processor.aggregate.FoldComparison.states;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.fixture.RandomHistories;
import dev.mailtide.testkit.fold.Body;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.fold.ReferenceFold;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Not only by chance: every order of a history of four events, each once without a copy and once with a copy of each event
 * somewhere behind it. All of them run side by side, each in a sender domain of its own that says seed and order.
 */
class EveryOrderTest {

    private static final int SEEDS = Integer.getInteger("mailtide.fold.orders", 20);
    private static final int EVENTS = 4;
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final List<String> KINDS = List.of(
            PauboxBodies.DELIVERED,
            PauboxBodies.OPENED,
            PauboxBodies.SOFT_BOUNCED,
            PauboxBodies.HARD_BOUNCED,
            "inbound_mail_received");

    @Test
    void every_order_and_every_repetition_of_a_history_give_the_same_ledger_totals_and_series() {
        List<RawBody> all = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            addEveryOrder(seed, all);
        }
        Expected expected = new ReferenceFold(RandomHistories.REMEMBER_FOR).fold(all);
        assertThat(expected.domains()).hasSize(SEEDS * 24 * (EVENTS + 1));
        try (Product product = new ProcessorChain()) {
            all.subList(0, all.size() / 2).forEach(product::receives);
            product.restart();
            all.subList(all.size() / 2, all.size()).forEach(product::receives);
            SortedMap<String, ObjectNode> states = states(product);
            same("state", states, expected.domains());
            same("series", keptAt(asOf(product), product.series()), expected.series());
            same("message", product.messages(), remembered(expected, START, Set.of()));
            for (int seed = 1; seed <= SEEDS; seed++) {
                assertThat(different(states, seed))
                        .as("states of seed %d", seed)
                        .hasSize(1);
            }
        }
    }

    private static void addEveryOrder(int seed, List<RawBody> all) {
        Random random = new Random(seed);
        List<Told> events = new ArrayList<>();
        for (int event = 0; event < EVENTS; event++) {
            events.add(new Told(
                    KINDS.get(random.nextInt(KINDS.size())),
                    random.nextInt(3) == 0 ? "ann@example.com" : "pat@gmail.com",
                    START.minusMillis(random.nextInt(200_000_000)).toString()));
        }
        int order = 0;
        for (List<Told> ordered : ordersOf(events)) {
            for (int copied = 0; copied <= EVENTS; copied++) {
                List<Told> told = new ArrayList<>(ordered);
                if (copied < EVENTS) {
                    told.add(copied + 1 + random.nextInt(EVENTS - copied), ordered.get(copied));
                }
                add("care@o%d.s%d.example".formatted(order++, seed), told, all);
            }
        }
    }

    private static void add(String from, List<Told> told, List<RawBody> all) {
        for (Told event : told) {
            Instant appended = START.plusSeconds(all.size());
            String body = PauboxBodies.named(
                    event.kind(), PauboxBodies.payload("m-1", from, event.recipient(), event.time()));
            all.add(new RawBody(
                    "receipt-" + all.size(), Body.ofText(body), "paubox-main", "paubox", appended, appended));
        }
    }

    private static List<List<Told>> ordersOf(List<Told> events) {
        if (events.isEmpty()) {
            return List.of(List.of());
        }
        List<List<Told>> orders = new ArrayList<>();
        for (int first = 0; first < events.size(); first++) {
            List<Told> others = new ArrayList<>(events);
            Told head = others.remove(first);
            for (List<Told> rest : ordersOf(others)) {
                List<Told> order = new ArrayList<>(List.of(head));
                order.addAll(rest);
                orders.add(order);
            }
        }
        return orders;
    }

    private static Set<String> different(SortedMap<String, ObjectNode> states, int seed) {
        Set<String> different = new TreeSet<>();
        states.forEach((domain, state) -> {
            if (domain.endsWith(".s" + seed + ".example")) {
                different.add(state.deepCopy()
                        .without(List.of("domain", "countedSince"))
                        .toString());
            }
        });
        return different;
    }

    private record Told(String kind, String recipient, String time) {}
}
