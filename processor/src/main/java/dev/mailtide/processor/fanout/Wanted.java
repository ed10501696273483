package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this instance wants of the one who writes routes, gathered until the next request. A route is asked for again and
 * again until it is there; counts are sent once, and lost with a request that is lost. Safe for use by several threads.
 */
final class Wanted {

    private static final long AGAIN_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final RouteTable table;

    /** In the order in which they came. */
    private final Map<SenderDomain, Long> askedAtNanos = new LinkedHashMap<>();

    /** Those with whose events somebody waits, and when that was last said. */
    private final Map<SenderDomain, Long> waitedAtNanos = new LinkedHashMap<>();

    private final Map<SenderDomain, Integer> seen = new ConcurrentHashMap<>();
    private long countsSentAtNanos = System.nanoTime();

    Wanted(RouteTable table) {
        this.table = table;
    }

    /** A route is needed; whether that is new. */
    synchronized boolean route(SenderDomain domain) {
        long longAgo = System.nanoTime() - AGAIN_AFTER_NANOS;
        return table.find(domain).isEmpty()
                && table.canCome(domain)
                && askedAtNanos.putIfAbsent(domain, longAgo) == null;
    }

    /** An event of this domain waits for its route, which may be promised already; until {@link #goesOn}. */
    synchronized void waits(SenderDomain domain) {
        waitedAtNanos.putIfAbsent(domain, System.nanoTime() - AGAIN_AFTER_NANOS);
    }

    /** No event of this domain waits any more. */
    synchronized void goesOn(SenderDomain domain) {
        waitedAtNanos.remove(domain);
    }

    /** An event of a domain whose events are counted. */
    void count(SenderDomain domain) {
        seen.merge(domain, 1, Integer::sum);
    }

    /** Domains without a route, or with one by which their events cannot go yet, and wait. */
    synchronized int waiting() {
        Set<SenderDomain> waiting = new HashSet<>(askedAtNanos.keySet());
        waiting.addAll(waitedAtNanos.keySet());
        return waiting.size();
    }

    /** The next request, if there is something to be asked. To be called by one thread. */
    synchronized Optional<RouteRequest> next() {
        long now = System.nanoTime();
        askedAtNanos.keySet().removeIf(domain -> table.find(domain).isPresent() || !table.canCome(domain));
        List<SenderDomain> asked = due(askedAtNanos, now);
        List<SenderDomain> waited = due(waitedAtNanos, now);
        Map<SenderDomain, Integer> counts = new HashMap<>();
        if (now - countsSentAtNanos >= AGAIN_AFTER_NANOS) {
            countsSentAtNanos = now;
            List.copyOf(seen.keySet()).stream()
                    .limit(RouteRequest.DOMAINS_MAX)
                    .forEach(domain -> counts.put(
                            domain, Optional.ofNullable(seen.remove(domain)).orElse(0)));
        }
        return asked.isEmpty() && waited.isEmpty() && counts.isEmpty()
                ? Optional.empty()
                : Optional.of(new RouteRequest(asked, waited, counts, Optional.empty()));
    }

    private static List<SenderDomain> due(Map<SenderDomain, Long> saidAtNanos, long now) {
        List<SenderDomain> due = new ArrayList<>();
        for (Map.Entry<SenderDomain, Long> each : saidAtNanos.entrySet()) {
            if (due.size() < RouteRequest.DOMAINS_MAX && now - each.getValue() >= AGAIN_AFTER_NANOS) {
                due.add(each.getKey());
                each.setValue(now);
            }
        }
        return due;
    }
}
