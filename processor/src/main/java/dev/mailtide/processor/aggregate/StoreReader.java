package dev.mailtide.processor.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Finds the local part of a store that holds a key. Keys are spread as the default partitioner spreads them. */
final class StoreReader {

    private final KafkaStreams streams;
    private final int partitions;

    StoreReader(KafkaStreams streams, int partitions) {
        this.streams = streams;
        this.partitions = partitions;
    }

    int partitions() {
        return partitions;
    }

    int partitionOf(String key) {
        return BuiltInPartitioner.partitionForKey(key.getBytes(StandardCharsets.UTF_8), partitions);
    }

    /** This partition of the store, if this process holds it, up to date. */
    <K> Optional<ReadOnlyKeyValueStore<K, byte[]>> store(String name, int partition) {
        try {
            return Optional.of(streams.store(
                    StoreQueryParameters.fromNameAndType(name, QueryableStoreTypes.<K, byte[]>keyValueStore())
                            .withPartition(partition)));
        } catch (InvalidStateStoreException notHere) {
            return Optional.empty();
        }
    }
}
