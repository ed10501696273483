package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.sources.Sources;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;

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

    private void list(Context request) throws UnexpectedException {
        Parameters.none(request);
        Optional<ObjectNode> answer = sources.answer();
        if (answer.isEmpty()) {
            NotNow.because(
                    request,
                    "not-here",
                    "The status of the sources has not been read yet",
                    "The process is starting, or Kafka does not answer. Ask again.");
            return;
        }
        Format.wanted(request)
                .ifPresent(format ->
                        Forms.SOURCES.answer(request, format, answer.get().toString()));
    }
}
