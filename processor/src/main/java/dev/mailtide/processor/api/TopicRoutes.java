package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.fanout.Route;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Lists where the events of each domain go. Every instance reads all routes, so none asks another. Behind the token of
 * {@link QueryRoutes}, which guards every path.
 */
public final class TopicRoutes {

    private static final Duration FRESH = Duration.ofSeconds(10);

    private final Page page;
    private final Supplier<Optional<Instant>> asOf;
    private final InstantSource clock;

    /** A part of the list of routes. */
    @FunctionalInterface
    public interface Page {
        /**
         * In order of name.
         *
         * @param after begins behind this one; empty for the first
         * @param limit how many at most
         */
        List<Route> of(String after, int limit);
    }

    /** @param asOf up to when every route is in the list; nothing while they are being read for the first time */
    public TopicRoutes(Page page, Supplier<Optional<Instant>> asOf, InstantSource clock) {
        this.page = page;
        this.asOf = asOf;
        this.clock = clock;
    }

    /** Adds the route. */
    public void addTo(RoutesConfig routes) {
        routes.get("/v1/topics", request -> Paging.of(request).ifPresent(paging -> list(request, paging)));
    }

    private void list(Context request, Paging paging) {
        Optional<Instant> known = asOf.get();
        if (known.isEmpty()) {
            request.header("Retry-After", "2");
            new Problem(503, "not-here", "The routes have not been read yet", "The process is starting. Ask again.")
                    .answer(request);
            return;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("asOf", Times.text(known.get()));
        if (known.get().isBefore(clock.instant().minus(FRESH))) {
            json.put("stale", true);
        }
        List<Route> found = page.of(paging.after(), paging.limit() + 1);
        ArrayNode topics = json.putArray("topics");
        found.stream().limit(paging.limit()).forEach(route -> topics.add(route.json()));
        json.put(
                "nextCursor",
                found.size() > paging.limit()
                        ? found.get(paging.limit() - 1).domain().name()
                        : null);
        request.contentType("application/json")
                .result(Paging.withCursor(json).toString().getBytes(StandardCharsets.UTF_8));
    }
}
