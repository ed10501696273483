package dev.mailtide.processor.fanout;

import dev.mailtide.common.event.SenderDomain;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Where an event goes, for whoever has one. A domain without a route is waited for: whoever writes routes is asked, and
 * without an answer in time the event must be processed again. Safe for use by several threads.
 */
final class Routing {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RouteTable table;
    private final Wanted wanted;
    private final Runnable hurry;
    private final String overflow;
    private final Duration patience;
    private final LongAdder foreign = new LongAdder();
    private final VainWaits vainWaits = new VainWaits(System::nanoTime);

    /**
     * @param overflow the topic of domains that can have no route of their own
     * @param hurry makes the next request go out now
     */
    Routing(RouteTable table, Wanted wanted, String overflow, Runnable hurry) {
        this(table, wanted, overflow, hurry, PATIENCE);
    }

    Routing(RouteTable table, Wanted wanted, String overflow, Runnable hurry, Duration patience) {
        this.table = table;
        this.wanted = wanted;
        this.overflow = overflow;
        this.hurry = hurry;
        this.patience = patience;
    }

    /** Events of these domains will come in a moment: to ask for all at once is to wait once. */
    void expect(Collection<SenderDomain> domains) {
        boolean isNew = false;
        for (SenderDomain domain : domains) {
            isNew |= wanted.route(domain);
        }
        if (isNew) {
            hurry.run();
        }
    }

    /**
     * The topic of an event of this domain, nothing if it goes nowhere. To be asked once for each event, since events may be
     * counted.
     *
     * @throws NoRouteYetException if no route can be had in time; the event must then be processed again
     */
    Optional<String> topicFor(SenderDomain domain) {
        Optional<Route> route = table.find(domain).filter(Route::isDecided).or(() -> awaited(domain));
        if (route.isEmpty()) {
            return Optional.of(overflow);
        }
        if (route.get().isCounted()) {
            wanted.count(domain);
        }
        return route.get().place().topic();
    }

    /** Whether events wait for routes that nobody writes. */
    boolean isWaiting() {
        return vainWaits.goOn();
    }

    /** That they wait for longer than is usual, if they do. */
    Optional<String> problem() {
        return vainWaits.problem();
    }

    /** Somebody had a record that is no event of ours: it goes nowhere. */
    void countForeign() {
        foreign.increment();
    }

    /** How many of those there were. One that is processed again is counted again. */
    long foreign() {
        return foreign.sum();
    }

    /** Nothing if no further domain can have one. */
    private Optional<Route> awaited(SenderDomain domain) {
        if (!table.canCome(domain)) {
            return Optional.empty();
        }
        var unused = wanted.route(domain);
        wanted.waits(domain);
        hurry.run();
        try {
            Optional<Route> route = table.await(domain, patience);
            if (route.isEmpty() && table.canCome(domain)) {
                vainWaits.add();
                throw new NoRouteYetException("no route for a domain within " + patience.toMillis()
                        + " ms; is partition 0 of the events topic processed?");
            }
            vainWaits.end();
            return route;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a domain's route", e);
        } finally {
            wanted.goesOn(domain);
        }
    }
}
