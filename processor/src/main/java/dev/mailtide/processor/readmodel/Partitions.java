package dev.mailtide.processor.readmodel;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/** The partitions of the events topic that this process reads now. */
final class Partitions implements AutoCloseable {

    private final Map<Integer, Held> held = new ConcurrentSkipListMap<>();
    private volatile Optional<Duration> retention = Optional.empty();

    /** One of them. */
    record Held(EventStore store, PartitionProgress progress) {

        /**
         * Up to when everything is here: of one that was never read to its end, the append time of what was read last.
         *
         * @param counted up to when everything that was raw is an event
         */
        Optional<Instant> asOf(Instant counted) {
            OptionalLong read = store.streamMillis();
            return progress.asOf()
                    .or(() -> read.isPresent() ? Optional.of(Instant.ofEpochMilli(read.getAsLong())) : Optional.empty())
                    .map(time -> time.isAfter(counted) ? counted : time);
        }

        boolean isWhole() {
            return progress.asOf().isPresent();
        }
    }

    void open(EventStore store, long position) {
        held.put(store.partition(), new Held(store, new PartitionProgress(position)));
    }

    void close(int partition) {
        Held closing = held.remove(partition);
        if (closing != null) {
            closing.store().close();
        }
    }

    @Override
    public void close() {
        List.copyOf(held.keySet()).forEach(this::close);
    }

    Optional<Held> of(int partition) {
        return Optional.ofNullable(held.get(partition));
    }

    Collection<Held> all() {
        return List.copyOf(held.values());
    }

    /** Whether it was not closed meanwhile, so that what was found in it is all of it. */
    boolean holds(Held one) {
        return one.equals(held.get(one.store().partition()));
    }

    /** How long events are kept by their append time. */
    void keep(Duration kept) {
        retention = Optional.of(kept);
    }

    /**
     * What was appended before it has expired. It is counted back from the greatest append time that was read of any
     * partition, so no clock of this machine makes anything expire early, and nothing expires while nothing comes in.
     */
    long expiredBeforeMillis() {
        OptionalLong newest = all().stream()
                .map(one -> one.store().streamMillis())
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max();
        return newest.isPresent() && retention.isPresent()
                ? newest.getAsLong() - retention.get().toMillis()
                : Long.MIN_VALUE;
    }

    long waiting() {
        return all().stream().mapToLong(one -> one.progress().waiting()).sum();
    }

    /** How many are on their way to the end that they had when they were taken up. */
    long rebuilding() {
        return all().stream().filter(one -> one.progress().isBehindItsStart()).count();
    }

    long bytes() {
        return all().stream().mapToLong(one -> one.store().bytes()).sum();
    }

    long rows() {
        return all().stream().mapToLong(one -> one.store().rows()).sum();
    }
}
