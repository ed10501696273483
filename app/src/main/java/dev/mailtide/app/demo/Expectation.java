package dev.mailtide.app.demo;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the stories told about one domain add up to. Only the stories' own words are summed here; what stands in none
 * (the remaining numbers of the rates) follows from the sums by the design page's formulas.
 */
final class Expectation {
    private final SortedMap<String, Long> sums = new TreeMap<>();
    private final SortedSet<String> groups = new TreeSet<>();
    private Instant first = Instant.MAX;
    private Instant last = Instant.MIN;

    void add(Story story, Timeline timeline, String group) {
        story.means().byPath().forEach((path, count) -> add(path, count));
        if (story.means().count("timeToOpen.count") > 0) {
            add(Fields.CELLS + TimeToOpenCell.of(timeline.gapBeforeFirst(Step.OPENED)), 1);
        }
        if (story.means().count("messages.total") > 0) {
            groups.add(group);
            Fields.MESSAGES_COUNTED.forEach(
                    path -> add(Fields.ofGroup(group, path), story.means().count(path)));
        }
    }

    void seenAt(Instant at) {
        first = at.isBefore(first) ? at : first;
        last = at.isAfter(last) ? at : last;
    }

    private void add(String path, long count) {
        sums.merge(path, count, Long::sum);
    }

    /** What the product has to answer once it has counted this run on top of what it had counted before. */
    Sheet onTopOf(Sheet before) {
        SortedMap<String, String> fields = new TreeMap<>(before.comingAndGoing());
        Fields.COUNTED.forEach(path -> fields.put(path, sum(path, before)));
        sums.keySet().forEach(path -> fields.put(path, sum(path, before)));
        addRates(fields);
        Fields.MESSAGES_UNREPORTED.forEach(path -> fields.put(path, Sheet.NULL));
        Fields.OTHERS_UNREPORTED.forEach(path -> fields.put(path, Sheet.NULL));
        groups.forEach(group -> addUnreported(group, fields));
        fields.put("firstEventAt", EventPost.MILLISECONDS.format(before.earlier("firstEventAt", first)));
        fields.put("lastEventAt", EventPost.MILLISECONDS.format(before.later("lastEventAt", last)));
        return new Sheet(fields);
    }

    private String sum(String path, Sheet before) {
        return Long.toString(before.count(path) + sums.getOrDefault(path, 0L));
    }

    /** Paubox reports nothing pending or deferred, so every message is settled. */
    private static void addRates(Map<String, String> fields) {
        String total = fields.getOrDefault("messages.total", Sheet.ABSENT);
        String delivered = fields.getOrDefault("messages.delivered", Sheet.ABSENT);
        fields.put("rates.delivery.of", delivered);
        fields.put("rates.delivery.over", total);
        fields.put("rates.hardBounce.of", fields.getOrDefault("messages.hardBounced", Sheet.ABSENT));
        fields.put("rates.hardBounce.over", total);
        fields.put("rates.softBounce.over", total);
        fields.put("rates.open.over", delivered);
    }

    private static void addUnreported(String group, Map<String, String> fields) {
        Fields.MESSAGES_UNREPORTED.forEach(path -> fields.put(Fields.ofGroup(group, path), Sheet.NULL));
    }
}
