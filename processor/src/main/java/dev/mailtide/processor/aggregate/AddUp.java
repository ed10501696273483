package dev.mailtide.processor.aggregate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The second keyed step: adds each delta to the totals and the series of its domain. What has changed is published at
 * most once a second. What stands in no topic any more is published again ({@link Refill}).
 */
final class AddUp implements Processor<String, byte[], String, Parcel> {

    static final String TOTALS = "domain-totals";

    private static final Logger LOG = LoggerFactory.getLogger(AddUp.class);

    private static final Duration PUBLISH_EVERY = Duration.ofSeconds(1);
    private static final Duration SWEEP_EVERY = Duration.ofSeconds(1);
    private static final int RECENT_MAX = 200;

    private final Outside outside;
    private ProcessorContext<String, Parcel> context;
    private KeyValueStore<String, byte[]> totals;
    private Recent<String, Totals> recentTotals;
    private DomainSeries series;
    private SeriesSweep sweep;
    private Unpublished unpublished;
    private Refill refill;
    private long streamMillis;
    private List<Cancellable> scheduled = List.of();

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    AddUp(Outside outside) {
        this.outside = outside;
    }

    /** May be called again after a failure, so everything begins here. */
    @Override
    public void init(ProcessorContext<String, Parcel> newContext) {
        close();
        context = newContext;
        totals = newContext.getStateStore(TOTALS);
        recentTotals = new Recent<>(RECENT_MAX);
        series = new DomainSeries(newContext.getStateStore(DomainSeries.STORE));
        sweep = new SeriesSweep(totals, series);
        unpublished = new Unpublished(newContext.getStateStore(Unpublished.STORE));
        refill = new Refill(totals, series, unpublished, outside);
        streamMillis = 0;
        scheduled = List.of(
                newContext.schedule(PUBLISH_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> publishAll()),
                newContext.schedule(SWEEP_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> sweep()));
    }

    /** A task that is revived keeps what it had scheduled, and would do everything once more often after each failure. */
    @Override
    public void close() {
        scheduled.forEach(Cancellable::cancel);
        scheduled = List.of();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        String domain = record.key();
        Delta delta = DeltaCodec.decode(record.value());
        Totals after = totalsOf(domain).plus(delta);
        Map<SeriesKey, Bucket> changed = series.changedBy(delta, domain, after.asOfMillis());
        totals.put(domain, TotalsCodec.encode(after));
        recentTotals.put(domain, after);
        series.put(changed);
        unpublished.add(domain, changed.keySet());
        streamMillis = Math.max(streamMillis, delta.appendMillis());
    }

    private Totals totalsOf(String domain) {
        return recentTotals
                .get(domain)
                .or(() -> Optional.ofNullable(totals.get(domain)).map(TotalsCodec::decode))
                .orElse(Totals.NOTHING);
    }

    private void publishAll() {
        refill.turn()
                .ifPresent(rows -> LOG.info(
                        "task {}: {} rows of totals and series are published again, since their topics were made anew,"
                                + " or it was not noted which they are",
                        context.taskId(),
                        rows));
        unpublished.drainTo(this::publish);
    }

    private void publish(String domain, Set<SeriesKey> buckets) {
        Totals current = totalsOf(domain);
        Instant asOf = Instant.ofEpochMilli(current.asOfMillis());
        forward(
                domain,
                Parcel.to(Parcel.Exit.STATES, DomainStateJson.bytes(DomainStateJson.of(domain, current, asOf))),
                asOf);
        SeriesJson json = new SeriesJson(current);
        for (SeriesKey key : buckets) {
            series.bucket(key)
                    .map(bucket -> json.bytes(key.startMillis(), bucket))
                    .ifPresent(bytes -> forward(key.text(), Parcel.to(Parcel.Exit.SERIES, bytes), asOf));
        }
    }

    private void sweep() {
        for (SeriesKey removed : sweep.turn(streamMillis)) {
            forward(removed.text(), Parcel.tombstone(Parcel.Exit.SERIES), Instant.ofEpochMilli(series.sweptMillis()));
        }
    }

    private void forward(String key, Parcel parcel, Instant asOf) {
        context.forward(new Record<>(key, parcel, asOf.toEpochMilli()));
    }
}
