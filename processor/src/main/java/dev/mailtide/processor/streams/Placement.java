package dev.mailtide.processor.streams;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Which instance holds what, as the last rebalance has it. What it says is a hint: whoever is asked decides whether he
 * really holds it.
 */
public final class Placement {

    private final KafkaStreams streams;
    private final Optional<HostInfo> own;

    /**
     * Asks this application.
     *
     * @param own the address of this instance, which is never named
     */
    public Placement(RunningStreams running, Optional<Sharing> own) {
        this.streams = running.streams();
        this.own = own.map(Sharing::at);
    }

    /**
     * Other instances that hold a key.
     *
     * @param active the one that counts it; empty if it is this one, or nobody knows
     * @param standbys those that keep a copy of it
     */
    public record Holders(Optional<HostInfo> active, List<HostInfo> standbys) {

        private static final Holders NONE = new Holders(Optional.empty(), List.of());
    }

    /** The other instances that hold this key of this store; none during the first rebalance. */
    public Holders holdersOf(String store, String key) {
        KeyQueryMetadata found = orElse(
                KeyQueryMetadata.NOT_AVAILABLE,
                () -> streams.queryMetadataForKey(store, key, Serdes.String().serializer()));
        return KeyQueryMetadata.NOT_AVAILABLE.equals(found)
                ? Holders.NONE
                : new Holders(
                        Optional.of(found.activeHost()).filter(this::isAnother),
                        found.standbyHosts().stream().filter(this::isAnother).toList());
    }

    /** The other instances that count a part of this store. */
    public List<HostInfo> othersWith(String store) {
        return orElse(
                List.of(),
                () -> streams.streamsMetadataForStore(store).stream()
                        .filter(metadata -> metadata.stateStoreNames().contains(store))
                        .map(StreamsMetadata::hostInfo)
                        .filter(this::isAnother)
                        .toList());
    }

    /** All other instances, whatever they hold. */
    public List<HostInfo> others() {
        return orElse(
                List.of(),
                () -> streams.metadataForAllStreamsClients().stream()
                        .map(StreamsMetadata::hostInfo)
                        .filter(this::isAnother)
                        .toList());
    }

    private boolean isAnother(HostInfo host) {
        return !host.equals(HostInfo.unavailable()) && !own.filter(host::equals).isPresent();
    }

    /** Kafka Streams answers nothing while it starts and stops. */
    private static <T> T orElse(T unknown, Supplier<T> question) {
        try {
            return question.get();
        } catch (InvalidStateStoreException | IllegalStateException notRunning) {
            return unknown;
        }
    }
}
