package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The routes topic as this instance has read it: all rows. Safe for use by several threads. */
final class RouteTable {

    private final Map<SenderDomain, Route> rows = new ConcurrentHashMap<>();
    private final int rowsMax;
    private final CountDownLatch firstRead = new CountDownLatch(1);
    private volatile Optional<Instant> asOf = Optional.empty();

    /** @param rowsMax with so many rows, no further domain gets one */
    RouteTable(int rowsMax) {
        this.rowsMax = rowsMax;
    }

    Optional<Route> find(SenderDomain domain) {
        return Optional.ofNullable(rows.get(domain));
    }

    Collection<Route> all() {
        return List.copyOf(rows.values());
    }

    long count(RouteKind kind) {
        return rows.values().stream()
                .filter(row -> row.place().kind() == kind && row.isDecided())
                .count();
    }

    long count(RouteReason reason) {
        return rows.values().stream().filter(row -> row.reason() == reason).count();
    }

    /** In order of name, those behind this one. */
    List<Route> after(String name, int limit) {
        return rows.values().stream()
                .filter(row -> row.domain().name().compareTo(name) > 0)
                .sorted(Comparator.comparing(Route::domain))
                .limit(limit)
                .toList();
    }

    synchronized void put(Collection<Route> read) {
        read.forEach(row -> rows.put(row.domain(), row));
        notifyAll();
    }

    /** Everything that was written up to now has been read. */
    void readUpTo(Instant now) {
        asOf = Optional.of(now);
        firstRead.countDown();
    }

    /** Up to when it has everything; nothing before it was read once. */
    Optional<Instant> asOf() {
        return asOf;
    }

    /** The route by which events of this domain can go, as soon as it has one; nothing if it is full, or none came in time. */
    synchronized Optional<Route> await(SenderDomain domain, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        long leftMillis = patience.toMillis();
        Optional<Route> found = decided(domain);
        while (found.isEmpty() && canCome(domain) && leftMillis > 0) {
            wait(leftMillis);
            found = decided(domain);
            leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        return found;
    }

    /** Whether a route for this domain is on its way, or may be. */
    boolean canCome(SenderDomain domain) {
        return rows.containsKey(domain) || rows.size() < rowsMax;
    }

    private Optional<Route> decided(SenderDomain domain) {
        return find(domain).filter(Route::isDecided);
    }

    /** Whether it was read to its end, in time. */
    boolean awaitFirstRead(Duration patience) throws InterruptedException {
        return firstRead.await(patience.toMillis(), TimeUnit.MILLISECONDS);
    }
}
