package dev.mailtide.processor.api;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves {@code /asyncapi.yaml} and the schemas that it refers to, as they ship in the jar. No token is asked for: they are
 * the same in every installation and say nothing of any, not even the prefix of its topics, and who writes a consumer reads
 * them by a URL.
 */
public final class ContractRoutes {

    private static final String DOCUMENT = "/asyncapi.yaml";

    private static final List<String> SCHEMAS = List.of(
            "/schemas/event-v1.json",
            "/schemas/domain-state-v1.json",
            "/schemas/domain-series-v1.json",
            "/schemas/domain-route-v1.json",
            "/schemas/dead-letter-headers-v1.json");

    /** All of its paths, which are names of resources, too. */
    static final Set<String> PATHS =
            Stream.concat(Stream.of(DOCUMENT), SCHEMAS.stream()).collect(Collectors.toUnmodifiableSet());

    private ContractRoutes() {}

    /** Adds the routes. */
    public static void addTo(RoutesConfig routes) {
        serve(routes, DOCUMENT, "application/yaml");
        SCHEMAS.forEach(schema -> serve(routes, schema, "application/schema+json"));
    }

    private static void serve(RoutesConfig routes, String path, String contentType) {
        byte[] content = content(path);
        routes.get(path, request -> request.contentType(contentType).result(content));
    }

    private static byte[] content(String path) {
        try (InputStream in = ContractRoutes.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + path);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path + " from the jar", e);
        }
    }
}
