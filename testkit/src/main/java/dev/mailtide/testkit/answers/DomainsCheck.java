package dev.mailtide.testkit.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** States of domains, one by one and in lists. */
final class DomainsCheck {

    /** What the fold does not know: how fresh an answer is, and what a rate is worth. */
    private static final List<String> OF_THE_ANSWER = List.of("asOf", "stale");

    private static final List<String> COLUMNS = List.of(
            "messages.total",
            "messages.softBounced",
            "messages.delivered",
            "messages.hardBounced",
            "messages.pending",
            "reactions.openedMessages",
            "reactions.clickedMessages",
            "events.delivered",
            "events.opened",
            "events.bouncedSoft",
            "events.bouncedHard",
            "events.unknown",
            "softRecovered",
            "rates.hardBounce.of",
            "rates.hardBounce.over",
            "rates.open.of",
            "rates.open.over",
            "timeToOpen.count",
            "countedSince",
            "firstEventAt",
            "lastEventAt");

    private static final int LARGE_PAGES_FROM = 5_000;

    private final Api api;
    private final Compared compared;
    private final SortedMap<String, JsonNode> all = new TreeMap<>();

    DomainsCheck(Api api, Compared compared) {
        this.api = api;
        this.compared = compared;
    }

    /** Each of these by itself. */
    void check(SortedMap<String, ObjectNode> expected) {
        expected.entrySet().parallelStream().forEach(domain -> {
            ObjectNode answer = (ObjectNode) api.json("/v1/domains/" + domain.getKey());
            assertThat(counted(answer)).as(domain.getKey()).isEqualTo(domain.getValue());
        });
        compared.add(Compared.What.DOMAINS, expected.size());
        expected.forEach((domain, state) -> all.put(domain, state.deepCopy().without("recipientGroups")));
    }

    private static ObjectNode counted(ObjectNode state) {
        state.findParents("verdict").forEach(rate -> ((ObjectNode) rate).remove("verdict"));
        return state.without(OF_THE_ANSWER);
    }

    /** The names of all that were checked. */
    List<String> names() {
        return List.copyOf(all.keySet());
    }

    /** All that were checked before, in every order and through all pages; there must be no other. */
    void checkLists() {
        int limit = all.size() > LARGE_PAGES_FROM ? 1_000 : 37;
        for (String sort : ReferenceOrder.ALL) {
            List<JsonNode> expected =
                    all.values().stream().sorted(ReferenceOrder.by(sort)).toList();
            List<JsonNode> listed = api.pages("/v1/domains?sort=" + sort + "&limit=" + limit, "domains");
            assertThat(names(listed)).as("by %s", sort).isEqualTo(names(expected));
            listed.replaceAll(state -> counted((ObjectNode) state));
            assertEqual(sort, listed, expected);
        }
        String some = "limit=1000&sort=volume";
        List<JsonNode> first = all.values().stream()
                .sorted(ReferenceOrder.by("volume"))
                .limit(1_000)
                .toList();
        assertEqual("as NDJSON", ndjson(some), first);
        assertCsv(some, first);
    }

    private static List<String> names(List<JsonNode> states) {
        return states.stream().map(state -> state.get("domain").textValue()).toList();
    }

    private void assertEqual(String which, List<JsonNode> listed, List<JsonNode> expected) {
        assertThat(listed).as(which).hasSameSizeAs(expected);
        for (int i = 0; i < listed.size(); i++) {
            assertThat(listed.get(i)).as("%s, entry %d", which, i).isEqualTo(expected.get(i));
        }
        compared.add(Compared.What.LISTED_DOMAINS, listed.size());
    }

    private List<JsonNode> ndjson(String query) {
        List<JsonNode> rows = new ArrayList<>();
        for (String line :
                api.text("/v1/domains?" + query, "application/x-ndjson").lines().toList()) {
            rows.add(counted((ObjectNode) Api.parse(line)));
        }
        return rows;
    }

    private void assertCsv(String query, List<JsonNode> expected) {
        List<String> lines =
                api.text("/v1/domains?" + query, "text/csv").lines().toList();
        List<String> names = List.of(lines.get(0).split(",", -1));
        assertThat(lines).as("lines of the CSV of domains").hasSize(expected.size() + 1);
        for (int i = 0; i < expected.size(); i++) {
            List<String> cells = List.of(lines.get(i + 1).split(",", -1));
            for (String column : COLUMNS) {
                JsonNode value = expected.get(i).at("/" + column.replace('.', '/'));
                assertThat(cells.get(names.indexOf(column)))
                        .as("%s of %s", column, cells.get(0))
                        .isEqualTo(value.isNull() ? "" : value.asText());
            }
        }
        compared.add(Compared.What.LISTED_DOMAINS, expected.size());
    }
}
