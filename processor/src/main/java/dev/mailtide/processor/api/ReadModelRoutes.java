package dev.mailtide.processor.api;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.peers.Peers;
import dev.mailtide.processor.readmodel.ReadAnswers;
import dev.mailtide.processor.streams.Freshness;
import io.javalin.config.RoutesConfig;
import java.util.Optional;

/**
 * The routes of the query API that the read model feeds: events, search, suppressions, check. Behind {@link Gate}.
 */
public final class ReadModelRoutes implements AutoCloseable {

    private final PagedAnswers paged;
    private final EventRoutes events;
    private final SuppressionRoutes suppressions;

    /**
     * Routes to all instances.
     *
     * @param here what this process has read; nothing if it has no read model
     * @param partitions of the events topic
     */
    public ReadModelRoutes(
            Optional<ReadAnswers> here, Peers peers, Freshness freshness, int partitions, Rules rules, Meters meters) {
        Spread spread = new Spread(here, peers, new InternalMeters(meters), freshness::isStale, partitions);
        this.paged = new PagedAnswers(meters);
        this.events = new EventRoutes(spread, paged, rules.identity());
        this.suppressions = new SuppressionRoutes(spread, paged, rules.identity(), rules.softBouncesMin());
    }

    /**
     * What answers rest on.
     *
     * @param identity makes recipient keys of addresses
     * @param softBouncesMin from how many messages on soft bounces are a reason against a recipient
     */
    public record Rules(IdentityKey identity, int softBouncesMin) {}

    /** Adds the routes. */
    public void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        events.addTo(routes);
        suppressions.addTo(routes);
    }

    /** Breaks off what is being downloaded. */
    @Override
    public void close() {
        paged.close();
    }
}
