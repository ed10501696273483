package dev.mailtide.processor.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves the dashboard, which is {@code /}, as it ships in the jar. It is the same in every installation and says nothing of
 * any, so it needs no token; what it shows, it asks the API for, with the cookie of {@link SessionRoutes}.
 *
 * <p>Its policy lets nothing of another host in, and no script that is not one of these files.
 */
public final class DashboardRoutes {

    private static final String FOLDER = "/dashboard/";

    private static final List<String> OWN = List.of(
            "base.css",
            "frame.css",
            "parts.css",
            "charts.css",
            "pages.css",
            "screens.css",
            "icon.svg",
            "theme.js",
            "main.js",
            "api.js",
            "body.js",
            "charts.js",
            "copy.js",
            "definitions.js",
            "dom.js",
            "eventlist.js",
            "events.js",
            "feed.js",
            "format.js",
            "freshness.js",
            "indent.js",
            "judge.js",
            "live.js",
            "once.js",
            "panel.js",
            "providers.js",
            "range.js",
            "rates.js",
            "router.js",
            "series.js",
            "sources.js",
            "spark.js",
            "status.js",
            "suppressions.js",
            "table.js",
            "text.js",
            "tiles.js",
            "topics.js",
            "trouble.js",
            "vendor/uplot.css",
            "vendor/uplot.js",
            "pages/deadletters.js",
            "pages/domain.js",
            "pages/login.js",
            "pages/message.js",
            "pages/messages.js",
            "pages/numbers.js",
            "pages/overview.js",
            "pages/sources.js",
            "pages/topics.js");

    /** Path in URLs, and name of the resource. */
    private static final Map<String, String> FILES = files();

    /** All of its paths. */
    static final Set<String> PATHS = FILES.keySet();

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private DashboardRoutes() {}

    private static Map<String, String> files() {
        Stream<Map.Entry<String, String>> own = OWN.stream().map(name -> Map.entry(FOLDER + name, FOLDER + name));
        return Stream.concat(own, Stream.of(Map.entry("/", FOLDER + "index.html")))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Adds the routes, one for each file: no path of a request is ever taken for that of a file. */
    public static void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.TOKEN);
        FILES.forEach((path, resource) -> serve(routes, path, resource));
    }

    private static void serve(Routes routes, String path, String resource) {
        byte[] content = content(resource);
        String type = TYPES.getOrDefault(resource.substring(resource.lastIndexOf('.') + 1), "");
        routes.get(path, request -> {
            protect(request);
            Parameters.none(request);
            Answered.open(request, type, content);
        });
    }

    private static void protect(Context request) {
        request.header("Content-Security-Policy", POLICY);
        request.header("X-Content-Type-Options", "nosniff");
        request.header("Referrer-Policy", "no-referrer");
        request.header("Cross-Origin-Opener-Policy", "same-origin");
        request.header("Cross-Origin-Resource-Policy", "same-origin");
    }

    private static byte[] content(String resource) {
        try (InputStream in = DashboardRoutes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the jar has no " + resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + resource + " from the jar", e);
        }
    }
}
