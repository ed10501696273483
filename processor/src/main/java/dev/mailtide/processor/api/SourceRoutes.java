package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.sources.Sources;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;

/** What came in under each source's name; for admins only. */
public final class SourceRoutes {

    private final Sources sources;

    /** Routes to these sources. */
    public SourceRoutes(Sources sources) {
        this.sources = sources;
    }

    /** Adds the routes, behind {@link Gate}. */
    public void addTo(RoutesConfig javalin) {
        new Routes(javalin, Routes.Need.ADMIN).get("/v1/sources", this::list);
    }

    private void list(Context request) {
        if (!Parameters.areOnly(request, Set.of())) {
            return;
        }
        Optional<ObjectNode> answer = sources.answer();
        if (answer.isEmpty()) {
            request.header("Retry-After", "2");
            new Problem(
                            503,
                            "not-here",
                            "The status of the sources has not been read yet",
                            "The process is starting, or Kafka does not answer. Ask again.")
                    .answer(request);
            return;
        }
        Format.wanted(request)
                .ifPresent(format ->
                        Forms.SOURCES.answer(request, format, answer.get().toString()));
    }
}
