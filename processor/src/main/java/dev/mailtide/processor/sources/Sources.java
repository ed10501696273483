package dev.mailtide.processor.sources;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.processor.streams.Freshness;
import dev.mailtide.processor.tables.CompactedTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The status of every source: what the instances of ingest told of it, each and together. Counts begin with each process of
 * ingest; one that is gone for good stays with its last word.
 */
public final class Sources implements AutoCloseable {

    private final InstantSource clock;
    private final Duration silentAfter;
    private final Statuses statuses = new Statuses();
    private final CompactedTable table;

    /**
     * Reads the statuses from this topic.
     *
     * @param silentAfter a source of which nothing was heard for so long is called silent
     */
    public Sources(KafkaAccess kafka, Topic<String, byte[]> topic, Duration silentAfter, InstantSource clock) {
        this.clock = clock;
        this.silentAfter = silentAfter;
        this.table = new CompactedTable(kafka, topic, "source-status", statuses, clock);
    }

    /** Begins to read. */
    public void start() {
        table.start();
    }

    /** All sources by name, with how fresh that is; nothing before the topic was read for the first time. */
    public Optional<ObjectNode> answer() {
        return table.asOf().map(asOf -> json(statuses.all(), asOf, clock.instant(), silentAfter));
    }

    static ObjectNode json(List<SourceStatus> all, Instant asOf, Instant now, Duration silentAfter) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("asOf", Times.text(asOf));
        if (asOf.isBefore(now.minus(Freshness.STALE_AFTER))) {
            json.put("stale", true);
        }
        SortedMap<String, List<SourceStatus>> bySource = new TreeMap<>();
        all.forEach(status -> bySource.computeIfAbsent(status.source(), first -> new ArrayList<>())
                .add(status));
        ArrayNode sources = json.putArray("sources");
        bySource.forEach((source, ofThis) -> sources.add(source(source, ofThis, now.minus(silentAfter))));
        return json;
    }

    private static ObjectNode source(String name, List<SourceStatus> instances, Instant silentIfBefore) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("source", name);
        Instant lastSeen = instances.stream()
                .map(SourceStatus::lastSeenAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        json.put("lastSeenAt", Times.text(lastSeen));
        json.put("silentSince", lastSeen.isBefore(silentIfBefore) ? Times.text(lastSeen) : null);
        json.put(
                "accepted", instances.stream().mapToLong(SourceStatus::accepted).sum());
        SortedMap<String, Long> refused = new TreeMap<>();
        instances.forEach(one -> one.refused().forEach((reason, count) -> refused.merge(reason, count, Long::sum)));
        ObjectNode byReason = json.putObject("refused");
        refused.forEach(byReason::put);
        SortedMap<String, Instant> refusedAt = new TreeMap<>();
        instances.forEach(one -> one.refusedAt().forEach((reason, at) -> refusedAt.merge(reason, at, Sources::later)));
        ObjectNode times = json.putObject("refusedAt");
        refusedAt.forEach((reason, at) -> times.put(reason, Times.text(at)));
        // Each instance has one spool for all its sources: what waits there is not of this source alone.
        json.put(
                "spoolWaiting",
                instances.stream().mapToLong(SourceStatus::spoolWaiting).sum());
        ArrayNode each = json.putArray("instances");
        instances.stream().sorted(Comparator.comparing(SourceStatus::instance)).forEach(one -> each.add(one.json()));
        return json;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    @Override
    public void close() {
        table.close();
    }

    /** Safe for use by several threads. */
    private static final class Statuses implements CompactedTable.Rows {

        private static final Logger LOG = LoggerFactory.getLogger(Sources.class);
        private static final int ROWS_MAX = 20_000;

        private final Map<String, SourceStatus> byKey = new ConcurrentHashMap<>();

        @Override
        public void put(String key, byte[] value) {
            Optional<SourceStatus> status =
                    SourceStatus.decode(value).filter(read -> read.key().equals(key));
            if (status.isEmpty()) {
                LOG.warn("a status of a source cannot be read by this release");
            } else if (byKey.size() < ROWS_MAX || byKey.containsKey(key)) {
                byKey.put(key, status.get());
            } else {
                LOG.warn("more than {} statuses of sources: one is not shown", ROWS_MAX);
            }
        }

        @Override
        public void remove(String key) {
            byKey.remove(key);
        }

        @Override
        public void clear() {
            byKey.clear();
        }

        List<SourceStatus> all() {
            return List.copyOf(byKey.values());
        }
    }
}
