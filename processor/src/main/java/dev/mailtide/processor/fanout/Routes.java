package dev.mailtide.processor.fanout;

import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.run.Shutdown;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.Topics;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Everything about routes in this instance: the table of them, who reads it and asks for more, and who writes. */
final class Routes implements AutoCloseable {

    private final Shutdown shutdown = new Shutdown("routes");
    private final RouteTable table;
    private final Wanted wanted;
    private final RouteReader reader;
    private final Routing routing;
    private final RouteWriter writer;

    /**
     * Reads all routes, and goes on reading.
     *
     * @throws ResourceException if Kafka does not answer, or refuses
     */
    Routes(KafkaAccess kafka, Topics topics, String applicationId, FanOutSettings settings, InstantSource clock) {
        RouteTopics routeTopics = new RouteTopics(kafka, topics, applicationId);
        routeTopics.createMissing();
        this.table = new RouteTable(settings.routesMax());
        this.wanted = new Wanted(table);
        this.reader = new RouteReader(kafka, routeTopics, table, wanted, clock);
        shutdown.onStop("stop reading routes", reader);
        this.routing = new Routing(table, wanted, topics.domainOverflow().name(), reader::hurry);
        this.writer = new RouteWriter(
                new RouteTerm.Means(kafka, topics, routeTopics, settings, table, clock), routing::isWaiting);
        try {
            reader.start();
        } catch (RuntimeException e) {
            shutdown.close();
            throw e;
        }
    }

    /** For whoever has an event. */
    Routing routing() {
        return routing;
    }

    /** All that are known here. */
    RouteTable table() {
        return table;
    }

    /** Begins to write them, at all times when this instance is the one that shall. */
    void writeWhile(BooleanSupplier shallWrite) {
        writer.start(shallWrite);
        shutdown.onStop("stop writing routes", writer);
    }

    /** What is wrong, if something is. */
    Optional<String> problem() {
        return reader.problem().or(writer::problem).or(routing::problem);
    }

    /** Whether events wait for routes that nobody writes: no reason to end, since that passes by itself. */
    boolean isWaiting() {
        return routing.isWaiting();
    }

    void addTo(Meters meters, FanOutSettings settings) {
        meters.gauge(
                "mailtide.fan.out.own.topics",
                "Domains that have a topic of their own",
                () -> table.count(RouteKind.OWN));
        meters.gauge("mailtide.fan.out.own.topics.max", "How many there may be", settings::ownTopicsMax);
        for (RouteKind kind : RouteKind.values()) {
            meters.gauge(
                    "mailtide.fan.out.routes",
                    "Domains by where their events go",
                    () -> table.count(kind),
                    "route",
                    kind.wireName());
        }
        meters.gauge("mailtide.fan.out.routes.max", "How many domains may have a route", settings::routesMax);
        meters.counted(
                "mailtide.fan.out.foreign.records",
                "Records in the events topic that are no events of ours, and went nowhere",
                routing::foreign);
        meters.gauge("mailtide.fan.out.domains.waiting", "Domains that wait for a route", wanted::waiting);
        meters.gauge(
                "mailtide.fan.out.creations.refused",
                "Domains whose own topic Kafka refuses to make",
                () -> table.count(RouteReason.CREATION_REFUSED));
        meters.gauge(
                "mailtide.fan.out.domains.capped",
                "Domains that share the overflow topic since there are as many own topics as may be",
                () -> table.count(RouteReason.CAP));
        meters.gauge(
                "mailtide.fan.out.writes.routes",
                "1 if this instance writes the routes",
                () -> writer.isWriting() ? 1 : 0);
    }

    @Override
    public void close() {
        shutdown.close();
    }
}
