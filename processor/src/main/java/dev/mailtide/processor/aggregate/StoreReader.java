package dev.mailtide.processor.aggregate;

import dev.mailtide.processor.streams.Freshness;
import dev.mailtide.processor.streams.StandbyProgress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Finds the local part of a store that holds a key, and says up to when everything is counted in it. Keys are spread as
 * the default partitioner spreads them.
 */
final class StoreReader {

    private final KafkaStreams streams;
    private final int partitions;
    private final Freshness freshness;
    private final Optional<StandbyProgress> copies;

    /** Reads what this process counts itself. */
    StoreReader(KafkaStreams streams, int partitions, Freshness freshness) {
        this(streams, partitions, freshness, Optional.empty());
    }

    private StoreReader(KafkaStreams streams, int partitions, Freshness freshness, Optional<StandbyProgress> copies) {
        this.streams = streams;
        this.partitions = partitions;
        this.freshness = freshness;
        this.copies = copies;
    }

    /** Reads the copies that this process keeps of what others count. */
    StoreReader ofCopies(StandbyProgress progress) {
        return new StoreReader(streams, partitions, freshness, Optional.of(progress));
    }

    int partitions() {
        return partitions;
    }

    int partitionOf(String key) {
        return BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** Up to when everything is counted in this partition of all of these stores; to be asked before they are read. */
    Optional<Instant> asOf(int partition, String... stores) {
        if (copies.isEmpty()) {
            return freshness.asOf();
        }
        List<Instant> all = new ArrayList<>();
        for (String store : stores) {
            copies.get().asOf(store, partition).ifPresent(all::add);
        }
        return all.isEmpty() || all.size() < stores.length ? Optional.empty() : Optional.of(Collections.min(all));
    }

    /** Whether what is read must be called stale: it is old, or a copy. */
    boolean isStale(Instant asOf) {
        return copies.isPresent() || freshness.isStale(asOf);
    }

    /** This partition of the store, if this process has it: up to date, or as a copy if copies are read. */
    <K> Optional<ReadOnlyKeyValueStore<K, byte[]>> store(String name, int partition) {
        StoreQueryParameters<ReadOnlyKeyValueStore<K, byte[]>> wanted = StoreQueryParameters.fromNameAndType(
                        name, QueryableStoreTypes.<K, byte[]>keyValueStore())
                .withPartition(partition);
        try {
            return Optional.of(streams.store(copies.isPresent() ? wanted.enableStaleStores() : wanted));
        } catch (InvalidStateStoreException | IllegalStateException notHere) {
            // The second one while Kafka Streams stops, or after it has failed: another instance may hold it.
            return Optional.empty();
        }
    }
}
