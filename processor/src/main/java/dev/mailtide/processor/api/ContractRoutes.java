package dev.mailtide.processor.api;

import dev.mailtide.processor.definitions.Definitions;
import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves {@code /openapi.yaml}, {@code /asyncapi.yaml} and the schemas that they refer to, as they ship in the jar; what a number
 * means comes into the first of them from {@link Definitions}. No token is asked for: they are
 * the same in every installation and say nothing of any, not even the prefix of its topics, and who writes a consumer reads
 * them by a URL.
 */
public final class ContractRoutes {

    private static final List<String> DOCUMENTS = List.of("/openapi.yaml", "/asyncapi.yaml");

    private static final List<String> SCHEMAS = List.of(
            "/schemas/event-v1.json",
            "/schemas/domain-state-v1.json",
            "/schemas/domain-series-v1.json",
            "/schemas/suppression-v1.json",
            "/schemas/domain-route-v1.json",
            "/schemas/dead-letter-headers-v1.json");

    /** All of its paths, which are names of resources, too. */
    static final Set<String> PATHS =
            Stream.concat(DOCUMENTS.stream(), SCHEMAS.stream()).collect(Collectors.toUnmodifiableSet());

    private ContractRoutes() {}

    /** Adds the routes. */
    public static void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        DOCUMENTS.forEach(document -> serve(routes, document, "application/yaml"));
        SCHEMAS.forEach(schema -> serve(routes, schema, "application/schema+json"));
    }

    private static void serve(Routes routes, String path, String contentType) {
        byte[] content = defined(content(path)).getBytes(StandardCharsets.UTF_8);
        routes.get(path, request -> {
            Parameters.none(request);
            Answered.open(request, contentType, content);
        });
    }

    /** With the text of each definition in the place of its name in double braces. */
    private static String defined(String text) {
        String defined = text;
        for (var definition : Definitions.texts().entrySet()) {
            defined = defined.replace("{{" + definition.getKey() + "}}", definition.getValue());
        }
        return defined;
    }

    private static String content(String path) {
        try (InputStream in = ContractRoutes.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + path + " from the jar", e);
        }
    }
}
