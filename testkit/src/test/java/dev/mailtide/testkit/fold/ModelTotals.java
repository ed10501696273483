package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The totals of one domain, kept by adding and taking away, and written out as text. */
final class ModelTotals {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String domain;
    private final Fault fault;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final TreeSet<String> sources = new TreeSet<>();
    private Instant since = Instant.MAX;
    private Instant firstEventAt = Instant.MAX;
    private Instant lastEventAt = Instant.MIN;

    ModelTotals(String domain, Fault fault) {
        this.domain = domain;
        this.fault = fault;
    }

    void add(Map<String, Integer> shares) {
        shares.forEach((name, share) -> counts.merge(name, share, Integer::sum));
    }

    void subtract(Map<String, Integer> shares) {
        shares.forEach((name, share) -> counts.merge(name, -share, Integer::sum));
    }

    void sawSource(String source) {
        if (fault == Fault.ONLY_LAST_SOURCE) {
            sources.clear();
        }
        sources.add(source);
    }

    void saw(ModelEvent event) {
        add(Map.of("event/" + event.kind(), 1));
        sawSource(event.raw().source());
        Instant occurred = event.occurredAt();
        Instant counted =
                fault == Fault.COUNTED_SINCE_EVENT_TIME ? occurred : event.raw().appendTime();
        since = counted.isBefore(since) ? counted : since;
        firstEventAt = occurred.isBefore(firstEventAt) ? occurred : firstEventAt;
        boolean later = occurred.isAfter(lastEventAt) || fault == Fault.LAST_EVENT_IS_LAST_ARRIVAL;
        lastEventAt = later ? occurred : lastEventAt;
    }

    ObjectNode state() {
        String machineOpens = fault == Fault.OPENS_MADE_BY_MACHINES_ASSUMED_NONE ? "0" : "null";
        String text = """
                {"domain":"%s","countedSince":"%s","sources":[%s],
                 "messages":%s,
                 "reactions":{"openedMessages":%d,"machineOnlyOpenedMessages":%s,
                   "clickedMessages":null,"complainedMessages":null,"unsubscribedMessages":null},
                 "events":%s,"softRecovered":%d,"rates":%s,"timeToOpen":%s,"recipientGroups":[%s],
                 "firstEventAt":"%s","lastEventAt":"%s"}
                """.formatted(
                        domain,
                        text(since),
                        sources.stream().map("\"%s\""::formatted).collect(Collectors.joining(",")),
                        messages("all"),
                        count("opened"),
                        machineOpens,
                        events(),
                        count("recovered"),
                        rates("all"),
                        timeToOpen(),
                        groups(),
                        text(firstEventAt),
                        text(lastEventAt));
        return parsed(text);
    }

    private String events() {
        return """
               {"sent":%s,"delivered":%d,"deferred":null,"bouncedSoft":%d,"bouncedHard":%d,
                "bouncedUndetermined":null,"dropped":null,"rejected":null,"failed":null,"opened":%d,
                "clicked":null,"complained":null,"unsubscribed":null,"resubscribed":null,"unknown":%d}""".formatted(
                        fault == Fault.ZERO_FOR_NOT_REPORTED ? "0" : "null",
                        count("event/delivered"),
                        count("event/bouncedSoft"),
                        count("event/bouncedHard"),
                        count("event/opened"),
                        count("event/unknown"));
    }

    static ObjectNode parsed(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException bug) {
            throw new IllegalStateException("the model wrote bad JSON: " + text, bug);
        }
    }

    private int count(String name) {
        return counts.getOrDefault(name, 0);
    }

    static String text(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX").format(time.atOffset(ZoneOffset.UTC));
    }

    private String messages(String scope) {
        return """
               {"total":%d,"pending":null,"deferred":null,"softBounced":%d,"undeterminedBounced":null,"delivered":%d,
                "failed":null,"rejected":null,"dropped":null,"hardBounced":%d}""".formatted(
                        count(scope + "/total"),
                        count(scope + "/softBounced"),
                        count(scope + "/delivered"),
                        count(scope + "/hardBounced"));
    }

    private String rates(String scope) {
        int total = count(scope + "/total");
        int delivered = count(scope + "/delivered");
        int settled = fault == Fault.SOFT_BOUNCE_IS_NOT_SETTLED ? total - count(scope + "/softBounced") : total;
        return "{\"delivery\":%s,\"hardBounce\":%s,\"softBounce\":%s,\"open\":%s,\"complaint\":null}"
                .formatted(
                        rate(delivered, settled),
                        rate(count(scope + "/hardBounced"), settled),
                        rate(count(scope + "/putOff"), total),
                        rate(count(scope + "/openedAndDelivered"), delivered));
    }

    private String rate(int of, int over) {
        long half = fault == Fault.RATE_CUT_OFF ? 0 : over;
        long millionths = over == 0 ? 0 : (of * 2_000_000L + half) / (2L * over);
        String value = over == 0 ? "null" : String.valueOf(millionths / 1_000_000.0);
        boolean judged = over >= 100 || fault == Fault.ALWAYS_JUDGED;
        return "{\"value\":%s,\"of\":%d,\"over\":%d,\"judged\":%b}".formatted(value, of, over, judged);
    }

    private String groups() {
        List<String> groups = new ArrayList<>();
        for (String name : List.of("apple", "gmail", "gmx", "microsoft", "other", "yahoo-aol")) {
            if (count(name + "/total") > 0) {
                groups.add(
                        "{\"group\":\"%s\",\"messages\":%s,\"rates\":%s}".formatted(name, messages(name), rates(name)));
            }
        }
        return String.join(",", groups);
    }

    private String timeToOpen() {
        SortedMap<Integer, Integer> cells = new TreeMap<>();
        for (int cell = 0; cell < 400; cell++) {
            cells.merge(cell, count("cell/" + cell), Integer::sum);
        }
        cells.values().removeIf(hits -> hits == 0);
        SortedMap<Integer, Integer> timed = fault == Fault.CELL_ZERO_IN_PERCENTILES ? cells : cells.tailMap(1);
        int count = timed.values().stream().mapToInt(Integer::intValue).sum();
        String hits = cells.entrySet().stream()
                .map(cell -> "\"" + cell.getKey() + "\":" + cell.getValue())
                .collect(Collectors.joining(","));
        return "{\"p50Seconds\":%s,\"p95Seconds\":%s,\"count\":%d,\"cells\":{%s}}"
                .formatted(seconds(timed, 0.5 * count), seconds(timed, 0.95 * count), count, hits);
    }

    /** The first cell by whose end the wanted number of messages has been passed. */
    private String seconds(SortedMap<Integer, Integer> timed, double wanted) {
        double target = fault == Fault.PERCENTILE_OF_LOWER_RANK ? Math.floor(wanted - 0.5) : wanted - 1e-9;
        int passed = 0;
        for (Map.Entry<Integer, Integer> cell : timed.entrySet()) {
            passed += cell.getValue();
            if (passed >= target) {
                return String.valueOf(Math.round(Math.exp((cell.getKey() - 0.5) * Math.log(1.04))));
            }
        }
        return "null";
    }
}
