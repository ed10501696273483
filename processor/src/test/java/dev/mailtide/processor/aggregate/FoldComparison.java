package dev.mailtide.processor.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.testkit.fixture.RandomHistories;
import dev.mailtide.testkit.fold.Expected;
import dev.mailtide.testkit.fold.ExpectedMessage;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of the product is compared with what of the fold. */
final class FoldComparison {

    private FoldComparison() {}

    /** Names what differs, since the whole of it would be megabytes. */
    static void same(String what, SortedMap<String, ObjectNode> product, SortedMap<String, ObjectNode> expected) {
        Set<String> keys = new TreeSet<>(product.keySet());
        keys.addAll(expected.keySet());
        for (String key : keys) {
            assertThat(String.valueOf(product.get(key)))
                    .as("%s: %s", what, key)
                    .isEqualTo(String.valueOf(expected.get(key)));
        }
    }

    static SortedMap<String, ObjectNode> without(String field, SortedMap<String, ObjectNode> states) {
        SortedMap<String, ObjectNode> fewer = new TreeMap<>();
        states.forEach((domain, state) -> fewer.put(domain, state.deepCopy().without(field)));
        return fewer;
    }

    static SortedMap<String, ObjectNode> states(Product product) {
        return without("asOf", product.states());
    }

    static Instant asOf(Product product) {
        return product.states().values().stream()
                .map(state -> Instant.parse(state.get("asOf").textValue()))
                .max(Instant::compareTo)
                .orElseThrow();
    }

    /** What is no longer kept stands in the topic until it is swept. */
    static SortedMap<String, ObjectNode> keptAt(Instant asOf, SortedMap<String, ObjectNode> series) {
        SortedMap<String, ObjectNode> kept = new TreeMap<>(series);
        kept.keySet().removeIf(key -> {
            String[] parts = key.split("\\|", 3);
            BucketSize size = BucketSize.named(parts[1]).orElseThrow();
            return !size.isKept(Instant.parse(parts[2]).toEpochMilli(), asOf.toEpochMilli());
        });
        return kept;
    }

    /** What must be known of messages; those that may be forgotten are either swept or as they were. */
    static SortedMap<String, ObjectNode> remembered(Expected expected, Instant end, Set<String> known) {
        SortedMap<String, ObjectNode> remembered = new TreeMap<>();
        for (Map.Entry<String, ExpectedMessage> message : expected.messages().entrySet()) {
            Instant sweptAfter = message.getValue()
                    .lastHeardOf()
                    .plus(RandomHistories.REMEMBER_FOR)
                    .plus(LedgerSweep.SLACK);
            if (!end.isAfter(sweptAfter) || known.contains(message.getKey())) {
                remembered.put(message.getKey(), message.getValue().answer());
            }
        }
        return remembered;
    }
}
