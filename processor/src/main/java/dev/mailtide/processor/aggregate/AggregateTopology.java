package dev.mailtide.processor.aggregate;

import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.aggregate.Parcel.Exit;
import dev.mailtide.processor.normalise.Normaliser;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * From raw bodies to events, totals and series of domains, and dead letters. Two keyed steps, so that no domain is too big: the heavy
 * work is keyed by message and spreads evenly, and only small deltas are keyed by domain. Every name here is a contract:
 * stores and internal topics are found by it after an upgrade.
 */
final class AggregateTopology {

    /** The internal topics, in the order in which a record passes them. */
    static final String BY_MESSAGE = "by-message";

    static final String BY_DOMAIN = "by-domain";

    private final Topics topics;
    private final Normaliser normaliser;
    private final Duration rememberFor;
    private final AggregateMeters meters;
    private final Outside outside;
    private final DeadLetterRecords deadLetters;

    AggregateTopology(
            Topics topics, Normaliser normaliser, Duration rememberFor, AggregateMeters meters, Outside outside) {
        this.topics = topics;
        this.normaliser = normaliser;
        this.rememberFor = rememberFor;
        this.meters = meters;
        this.outside = outside;
        this.deadLetters = new DeadLetterRecords(topics.raw().name(), meters);
    }

    Topology build(StreamsConfig config) {
        // Only this constructor makes ensure.explicit.internal.resource.naming bite.
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(config));
        Map<String, KStream<String, Parcel>> read = builder.stream(topics.raw().name(), raw())
                .process(normalise(), Named.as("normalise"))
                .split(Named.as("read-"))
                .branch((key, parcel) -> parcel.isFor(Exit.LEDGER), Branched.as("events"))
                .defaultBranch(Branched.as("dead-letters"));
        bytes(read, "read-dead-letters")
                .to(topics.deadLetters().name(), produced(topics.deadLetters(), "dead-letters"));

        Map<String, KStream<String, Parcel>> known = bytes(read, "read-events")
                .repartition(keyedBy(BY_MESSAGE))
                .process(ledger(), Named.as("ledger"))
                .split(Named.as("ledger-"))
                .branch((key, parcel) -> parcel.isFor(Exit.EVENTS), Branched.as("distinct"))
                .branch((key, parcel) -> parcel.isFor(Exit.DEAD_LETTERS), Branched.as("dead-letters"))
                .defaultBranch(Branched.as("deltas"));
        bytes(known, "ledger-dead-letters")
                .to(topics.deadLetters().name(), produced(topics.deadLetters(), "dead-letters-of-ledger"));
        bytes(known, "ledger-distinct").to(topics.events().name(), produced(topics.events(), "events"));

        Map<String, KStream<String, Parcel>> counted = bytes(known, "ledger-deltas")
                .repartition(keyedBy(BY_DOMAIN))
                .process(addUp(), Named.as("add-up"))
                .split(Named.as("counted-"))
                .branch((key, parcel) -> parcel.isFor(Exit.STATES), Branched.as("states"))
                .defaultBranch(Branched.as("series"));
        bytes(counted, "counted-series")
                .to(topics.domainSeries().name(), produced(topics.domainSeries(), "domain-series"));
        bytes(counted, "counted-states")
                .to(topics.domainState().name(), produced(topics.domainState(), "domain-state"));
        return builder.build();
    }

    private static KStream<String, byte[]> bytes(Map<String, KStream<String, Parcel>> branches, String branch) {
        KStream<String, Parcel> parcels = branches.get(branch);
        if (parcels == null) {
            throw new IllegalStateException("no branch " + branch + " among " + branches.keySet());
        }
        return parcels.mapValues(Parcel::bytes, Named.as(branch + "-bytes"));
    }

    private Repartitioned<String, byte[]> keyedBy(String name) {
        return Repartitioned.<String, byte[]>as(name)
                .withKeySerde(Serdes.String())
                .withValueSerde(Serdes.ByteArray())
                .withNumberOfPartitions(topics.raw().shape().partitions());
    }

    /** Never begun anywhere but where it was left: {@code TopicGuard} sets the first offsets. */
    private Consumed<String, byte[]> raw() {
        return Consumed.with(topics.raw().keys(), topics.raw().values())
                .withOffsetResetPolicy(AutoOffsetReset.none())
                .withName("raw");
    }

    private static Produced<String, byte[]> produced(Topic<String, byte[]> topic, String name) {
        return Produced.with(topic.keys(), topic.values()).withName(name);
    }

    private ProcessorSupplier<String, byte[], String, Parcel> normalise() {
        return () -> new Normalise(normaliser, deadLetters, meters);
    }

    private ProcessorSupplier<String, byte[], String, Parcel> ledger() {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], String, Parcel> get() {
                return new Ledger(rememberFor, deadLetters, meters, outside);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return inOrder(rows(LedgerRows.FACTS), rows(LedgerRows.EVENTS));
            }
        };
    }

    private ProcessorSupplier<String, byte[], String, Parcel> addUp() {
        return new ProcessorSupplier<>() {
            @Override
            public Processor<String, byte[], String, Parcel> get() {
                return new AddUp(outside);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return inOrder(
                        cached(AddUp.TOTALS, Serdes.String()),
                        cached(DomainSeries.STORE, Serdes.ByteArray()),
                        cached(Unpublished.STORE, Serdes.String()));
            }
        };
    }

    /** The description of a topology lists stores in the order of this set. */
    private static Set<StoreBuilder<?>> inOrder(StoreBuilder<?>... stores) {
        return new LinkedHashSet<>(List.of(stores));
    }

    private static StoreBuilder<?> rows(String name) {
        return Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
    }

    /**
     * A store whose rows change many times between two commits: a cache makes that one write. Rows of the ledger hardly
     * ever change twice in that time, and are read once.
     */
    private static <K> StoreBuilder<?> cached(String name, Serde<K> keys) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), keys, Serdes.ByteArray())
                .withCachingEnabled();
    }
}
