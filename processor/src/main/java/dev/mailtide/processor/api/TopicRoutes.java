package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.fanout.FanOutApplication;
import dev.mailtide.processor.fanout.Route;
import dev.mailtide.processor.streams.Freshness;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lists where the events of each domain go. Every instance reads all routes, so none asks another. Behind {@link Gate}, for
 * admins only.
 */
public final class TopicRoutes {

    private static final int ROUTES_AT_ONCE = 1_001;

    private final FanOutApplication fanOut;
    private final InstantSource clock;

    /** Routes to what the fan-out knows. */
    public TopicRoutes(FanOutApplication fanOut, InstantSource clock) {
        this.fanOut = fanOut;
        this.clock = clock;
    }

    /** Adds the route. */
    public void addTo(RoutesConfig javalin) {
        new Routes(javalin, Routes.Need.ADMIN).get("/v1/topics", this::list);
    }

    private void list(Context request) throws UnexpectedException {
        Parameters asked = Parameters.of(request, Set.of("domain", "limit", "cursor"));
        Optional<SenderDomain> only = asked.domain();
        Paging paging = Paging.of(asked);
        Optional<Instant> asOf = fanOut.routesAsOf();
        if (asOf.isEmpty()) {
            NotNow.because(
                    request, "not-here", "The routes have not been read yet", "The process is starting. Ask again.");
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("asOf", Times.text(asOf.get()));
        if (asOf.get().isBefore(clock.instant().minus(Freshness.STALE_AFTER))) {
            json.put("stale", true);
        }
        addPage(json, found(only, paging, Caller.of(request)), paging.limit());
        Format.wanted(request)
                .ifPresent(format -> Forms.TOPICS.answer(
                        request, format, Paging.withCursor(json).toString()));
    }

    /** One more than asked for shows that there is more. */
    private List<Route> found(Optional<SenderDomain> only, Paging paging, Caller caller) {
        return only.map(caller::answerFor)
                .map(domain -> fanOut.route(domain).stream()
                        .filter(route -> domain.name().compareTo(paging.after()) > 0)
                        .toList())
                .orElseGet(() -> readable(paging.after(), paging.limit() + 1, caller));
    }

    private List<Route> readable(String begin, int limit, Caller caller) {
        List<Route> readable = new ArrayList<>();
        String after = begin;
        List<Route> some;
        do {
            some = fanOut.routes(after, ROUTES_AT_ONCE);
            some.stream()
                    .filter(route -> caller.mayRead(route.domain()))
                    .limit(limit - readable.size())
                    .forEach(readable::add);
            after = some.isEmpty() ? after : some.get(some.size() - 1).domain().name();
        } while (some.size() == ROUTES_AT_ONCE && readable.size() < limit);
        return readable;
    }

    private static void addPage(ObjectNode json, List<Route> found, int limit) {
        ArrayNode topics = json.putArray("topics");
        found.stream().limit(limit).forEach(route -> topics.add(route.json()));
        json.put(
                "nextCursor",
                found.size() > limit ? found.get(limit - 1).domain().name() : null);
    }
}
