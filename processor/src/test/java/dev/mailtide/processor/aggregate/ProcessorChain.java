package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.schema.PublishedRecords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.MockProcessorContext.CapturedForward;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The three processors of the topology, each given what the one before it forwards, on stores in memory: the test driver
 * takes ten times as long, and it commits after each record. A restart makes new processors on the same stores.
 */
final class ProcessorChain implements Product {

    private final AggregateMeters meters = new AggregateMeters(new Meters());
    private final DeadLetterRecords letters = new DeadLetterRecords("email.raw.v1", meters);
    private final KeyValueStore<byte[], byte[]> facts = store(LedgerRows.FACTS, Serdes.ByteArray());
    private final KeyValueStore<byte[], byte[]> seen = store(LedgerRows.EVENTS, Serdes.ByteArray());
    private final KeyValueStore<String, byte[]> totals = store(AddUp.TOTALS, Serdes.String());
    private final KeyValueStore<byte[], byte[]> buckets = store(DomainSeries.STORE, Serdes.ByteArray());
    private final KeyValueStore<String, byte[]> unpublished = store(Unpublished.STORE, Serdes.String());
    private final Outside outside = new Outside();
    private final List<TestRecord<String, byte[]>> events = new ArrayList<>();
    private final List<TestRecord<String, byte[]>> deadLetters = new ArrayList<>();
    private final SortedMap<String, ObjectNode> states = new TreeMap<>();
    private final SortedMap<String, ObjectNode> series = new TreeMap<>();
    private Step normalise;
    private Step ledger;
    private Step addUp;
    private long offset;

    ProcessorChain() {
        outside.tell(Optional::empty, AggregateHarness.EVERYTHING_IS_COUNTED);
        normalise =
                new Step(new Normalise(new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES])), letters, meters));
        ledger = ledger();
        addUp = addUp();
    }

    static <K> KeyValueStore<K, byte[]> store(String name, Serde<K> keys) {
        KeyValueStore<K, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), keys, Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        MockProcessorContext<String, Parcel> context = new MockProcessorContext<>();
        store.init(context.getStateStoreContext(), store);
        return store;
    }

    private Step ledger() {
        return new Step(new Ledger(AggregateHarness.REMEMBER_FOR, letters, meters, outside), facts, seen);
    }

    private Step addUp() {
        return new Step(new AddUp(outside), totals, buckets, unpublished);
    }

    @Override
    public void receives(RawBody body) {
        Headers headers = new RecordHeaders();
        RawHeaders.add(headers, RawHeaders.SOURCE, body.source());
        RawHeaders.add(headers, RawHeaders.PROVIDER, body.provider());
        RawHeaders.add(
                headers, RawHeaders.RECEIVED_AT, Long.toString(body.receivedAt().toEpochMilli()));
        normalise.context.setRecordMetadata("raw", 0, offset++);
        normalise.takes(new Record<>(
                body.receiptId(), body.body().bytes(), body.appendTime().toEpochMilli(), headers));
        pass();
    }

    private void pass() {
        for (Record<String, Parcel> read : normalise.forwarded()) {
            if (read.value().isFor(Parcel.Exit.LEDGER)) {
                ledger.takes(bytesOf(read));
            } else {
                deadLetters.add(published(AggregateHarness.TOPICS.deadLetters(), read));
            }
        }
        for (Record<String, Parcel> known : ledger.forwarded()) {
            if (known.value().isFor(Parcel.Exit.TOTALS)) {
                addUp.takes(bytesOf(known));
            } else {
                events.add(published(AggregateHarness.TOPICS.events(), known));
            }
        }
        for (Record<String, Parcel> counted : addUp.forwarded()) {
            boolean isState = counted.value().isFor(Parcel.Exit.STATES);
            Topic<String, byte[]> topic =
                    isState ? AggregateHarness.TOPICS.domainState() : AggregateHarness.TOPICS.domainSeries();
            AggregateHarness.take(published(topic, counted), isState ? states : series);
        }
    }

    private static Record<String, byte[]> bytesOf(Record<String, Parcel> record) {
        return record.withValue(record.value().bytes());
    }

    private static TestRecord<String, byte[]> published(Topic<String, byte[]> topic, Record<String, Parcel> record) {
        PublishedRecords.check(topic.name(), record.headers(), record.value().bytes());
        return new TestRecord<>(record.key(), record.value().bytes(), record.headers(), record.timestamp());
    }

    @Override
    public void tick() {
        ledger.tick();
        addUp.tick();
        pass();
    }

    @Override
    public void restart() {
        ledger = ledger();
        addUp = addUp();
    }

    @Override
    public List<TestRecord<String, byte[]>> events() {
        return List.copyOf(events);
    }

    @Override
    public List<TestRecord<String, byte[]>> deadLetters() {
        return List.copyOf(deadLetters);
    }

    @Override
    public SortedMap<String, ObjectNode> states() {
        tick();
        return states;
    }

    @Override
    public SortedMap<String, ObjectNode> series() {
        tick();
        return series;
    }

    @Override
    public SortedMap<String, ObjectNode> messages() {
        return AggregateHarness.messages(facts, seen);
    }

    @Override
    public void close() {
        // Nothing outlives it.
    }

    /** One processor, and what it forwards. */
    private static final class Step {

        private final Processor<String, byte[], String, Parcel> processor;
        private final MockProcessorContext<String, Parcel> context = new MockProcessorContext<>();

        private Step(Processor<String, byte[], String, Parcel> processor, KeyValueStore<?, ?>... stores) {
            this.processor = processor;
            for (KeyValueStore<?, ?> store : stores) {
                context.addStateStore(store);
            }
            processor.init(context);
        }

        private void takes(Record<String, byte[]> record) {
            processor.process(record);
        }

        private void tick() {
            context.scheduledPunctuators()
                    .forEach(scheduled -> scheduled.getPunctuator().punctuate(0));
        }

        private List<Record<String, Parcel>> forwarded() {
            List<Record<String, Parcel>> records = new ArrayList<>();
            for (CapturedForward<? extends String, ? extends Parcel> forward : context.forwarded()) {
                Record<? extends String, ? extends Parcel> record = forward.record();
                records.add(new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
            }
            context.resetForwards();
            return records;
        }
    }
}
