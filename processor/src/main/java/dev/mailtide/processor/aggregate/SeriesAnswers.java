package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Answers questions for the series of a domain, from these stores. */
final class SeriesAnswers {

    private static final JsonFactory JSON = new JsonFactory();

    private final StoreReader stores;

    SeriesAnswers(StoreReader stores) {
        this.stores = stores;
    }

    /** The buckets of a domain that hold something, in order of time. */
    Answer series(SenderDomain domain, SeriesSpan span) {
        int partition = stores.partitionOf(domain.name());
        Optional<Instant> asOf = stores.asOf(partition, AddUp.TOTALS, DomainSeries.STORE);
        Optional<ReadOnlyKeyValueStore<String, byte[]>> totals = stores.store(AddUp.TOTALS, partition);
        Optional<ReadOnlyKeyValueStore<byte[], byte[]>> series = stores.store(DomainSeries.STORE, partition);
        if (asOf.isEmpty() || totals.isEmpty() || series.isEmpty()) {
            return new Answer.NotHere();
        }
        try {
            byte[] stored = totals.get().get(domain.name());
            if (stored == null) {
                // Only who is up to date can say that there is nothing.
                return stores.isStale(asOf.get()) ? new Answer.NotHere() : new Answer.Nothing(asOf.get());
            }
            return new Answer.Written(answer(domain, span, TotalsCodec.decode(stored), series.get(), asOf.get()));
        } catch (InvalidStateStoreException movedMeanwhile) {
            return new Answer.NotHere();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
    }

    private String answer(
            SenderDomain domain,
            SeriesSpan span,
            Totals totals,
            ReadOnlyKeyValueStore<byte[], byte[]> series,
            Instant asOf)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("domain", domain.name());
            json.writeStringField("bucket", span.size().wireName());
            json.writeStringField("from", Times.text(span.from()));
            json.writeStringField("to", Times.text(span.to()));
            json.writeStringField("asOf", Times.text(asOf));
            if (stores.isStale(asOf)) {
                json.writeBooleanField("stale", true);
            }
            writeBuckets(json, domain, span, totals, series);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void writeBuckets(
            JsonGenerator json,
            SenderDomain domain,
            SeriesSpan span,
            Totals totals,
            ReadOnlyKeyValueStore<byte[], byte[]> series)
            throws IOException {
        long keptFrom = keptFrom(span.size(), totals, series);
        if (!span.from().plus(span.size().length()).isAfter(Instant.ofEpochMilli(keptFrom))) {
            // Nobody can tell any more what happened before it.
            json.writeStringField("keptFrom", Times.text(Instant.ofEpochMilli(keptFrom)));
        }
        long first = Math.max(0, Math.max(span.from().toEpochMilli(), keptFrom));
        long last = span.to().toEpochMilli() - 1;
        json.writeArrayFieldStart("buckets");
        if (first <= last) {
            SeriesKey from = new SeriesKey(domain.name(), span.size(), first);
            SeriesKey to = new SeriesKey(domain.name(), span.size(), last);
            writeBuckets(json, from, to, totals, series);
        }
        json.writeEndArray();
    }

    /** What is no longer kept may still stand there, and is no longer counted: it is not shown. */
    private static long keptFrom(BucketSize size, Totals totals, ReadOnlyKeyValueStore<byte[], byte[]> series) {
        long swept = DomainSeries.sweptMillis(Optional.ofNullable(series.get(DomainSeries.sweptRow())));
        return size.oldestKeptStart(Math.max(totals.asOfMillis(), swept));
    }

    private static void writeBuckets(
            JsonGenerator json,
            SeriesKey from,
            SeriesKey to,
            Totals totals,
            ReadOnlyKeyValueStore<byte[], byte[]> series)
            throws IOException {
        SeriesJson buckets = new SeriesJson(totals);
        try (KeyValueIterator<byte[], byte[]> rows = series.range(from.bytes(), to.bytes())) {
            while (rows.hasNext()) {
                KeyValue<byte[], byte[]> row = rows.next();
                buckets.write(json, SeriesKey.startOf(row.key), Bucket.decode(row.value));
            }
        }
    }
}
