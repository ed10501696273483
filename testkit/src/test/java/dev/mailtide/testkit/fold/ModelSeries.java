package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The series of all domains, kept by adding to buckets and taking away. */
final class ModelSeries {

    private static final List<Size> SIZES = List.of(
            new Size("minute", 60_000, 172_800_000L),
            new Size("hour", 3_600_000, 7_776_000_000L),
            new Size("day", 86_400_000, 63_072_000_000L));

    private final Fault fault;
    private final Map<Place, Map<String, Integer>> buckets = new HashMap<>();
    private long asOfMillis;

    ModelSeries(Fault fault) {
        this.fault = fault;
    }

    /** A new event, which made one row of another. */
    void add(ModelEvent event, ModelRow before, ModelRow after) {
        Instant appended = event.raw().appendTime();
        asOfMillis = Math.max(asOfMillis, appended.toEpochMilli());
        Instant at = fault == Fault.SERIES_BY_APPEND_TIME ? appended : event.occurredAt();
        count(event, at, "event/" + event.kind(), 1);
        Optional<Instant> from = before.begins(fault);
        from.ifPresent(then -> take(event, then, before));
        Optional<Instant> to =
                fault == Fault.SERIES_MESSAGE_STAYS_WHERE_IT_WAS && from.isPresent() ? from : after.begins(fault);
        to.ifPresent(now -> count(event, now, after.status(fault), 1));
    }

    void take(ModelEvent event, Instant at, ModelRow row) {
        if (fault != Fault.SERIES_NOTHING_TAKEN_AWAY) {
            count(event, at, row.status(fault), -1);
        }
    }

    private void count(ModelEvent event, Instant at, String name, int by) {
        long appended = event.raw().appendTime().toEpochMilli();
        for (Size size : SIZES) {
            long shift = fault == Fault.SERIES_BUCKET_OF_THE_NEAREST_START ? size.millis() / 2 : 0;
            long start = Math.floorDiv(at.toEpochMilli() + shift, size.millis()) * size.millis();
            long kept = fault == Fault.SERIES_NOT_TOUCHED_HALF_THE_TIME ? size.keptMillis() / 2 : size.keptMillis();
            if (start + size.millis() > appended - kept) {
                buckets.computeIfAbsent(new Place(event.domain(), size, start), place -> new TreeMap<>())
                        .merge(name, by, Integer::sum);
            }
        }
    }

    SortedMap<String, ObjectNode> kept() {
        SortedMap<String, ObjectNode> kept = new TreeMap<>();
        buckets.forEach((place, counts) -> {
            boolean holdsSomething = counts.values().stream().anyMatch(count -> count != 0);
            if (holdsSomething && isKept(place)) {
                kept.put(place.key(), bucket(place, counts));
            }
        });
        return kept;
    }

    private boolean isKept(Place place) {
        long end = place.start() + place.size().millis();
        long gone = asOfMillis - place.size().keptMillis();
        return fault == Fault.SERIES_KEPT_A_BUCKET_LONGER ? end + place.size().millis() > gone : end > gone;
    }

    private static ObjectNode bucket(Place place, Map<String, Integer> counts) {
        int delivered = counts.getOrDefault("delivered", 0);
        int soft = counts.getOrDefault("softBounced", 0);
        int hard = counts.getOrDefault("hardBounced", 0);
        return ModelTotals.parsed("""
                {"start":"%s",
                 "events":{"sent":null,"delivered":%d,"deferred":null,"bouncedSoft":%d,"bouncedHard":%d,
                   "bouncedUndetermined":null,"dropped":null,"rejected":null,"failed":null,"opened":%d,
                   "clicked":null,"complained":null,"unsubscribed":null,"resubscribed":null,"unknown":%d},
                 "messages":{"total":%d,"pending":null,"deferred":null,"softBounced":%d,"undeterminedBounced":null,
                   "delivered":%d,"failed":null,"rejected":null,"dropped":null,"hardBounced":%d}}
                """.formatted(
                        ModelTotals.text(Instant.ofEpochMilli(place.start())),
                        counts.getOrDefault("event/delivered", 0),
                        counts.getOrDefault("event/bouncedSoft", 0),
                        counts.getOrDefault("event/bouncedHard", 0),
                        counts.getOrDefault("event/opened", 0),
                        counts.getOrDefault("event/unknown", 0),
                        delivered + soft + hard,
                        soft,
                        delivered,
                        hard));
    }

    private record Size(String name, long millis, long keptMillis) {}

    private record Place(String domain, Size size, long start) {

        String key() {
            return domain + "|" + size.name() + "|" + ModelTotals.text(Instant.ofEpochMilli(start));
        }
    }
}
