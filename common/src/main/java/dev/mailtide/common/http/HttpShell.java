package dev.mailtide.common.http;

import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.LowResourceMonitor;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every role serves besides its own routes: {@code /livez}, {@code /readyz}, {@code /metrics}, and every error as
 * problem+json. Nothing of a request is ever logged.
 */
public final class HttpShell implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpShell.class);

    /** How long requests in flight may take to end when the server stops. */
    private static final long STOP_MILLIS_MAX = 6_000;

    /** Connections that the kernel holds until they are accepted; the JDK's 50 lose some of a burst for a second. */
    private static final int ACCEPT_QUEUE = 1_024;

    private static final Duration IDLE_SLACK = Duration.ofSeconds(2);

    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin server;
    private final ConnectionWatch connections;

    private HttpShell(Javalin server, ConnectionWatch connections) {
        this.server = server;
        this.connections = connections;
    }

    /**
     * Where to listen.
     *
     * @param setting the key of the port, for the message when it is taken
     */
    public record Address(String host, int port, String setting) {}

    /**
     * How to listen.
     *
     * @param tls with these files HTTPS, without them HTTP
     * @param bodyBytesMax larger request bodies that a handler reads by Javalin's means are refused with 413
     */
    public record Listener(Address address, HttpLimits limits, Optional<TlsFiles> tls, long bodyBytesMax) {}

    /**
     * Starts listening, without TLS and with the usual limits.
     *
     * @param routes adds the role's own routes
     * @param bodyBytesMax larger request bodies are refused with 413
     * @throws ResourceException if the port is taken
     */
    public static HttpShell start(
            Address address, Health health, Meters meters, long bodyBytesMax, Consumer<RoutesConfig> routes) {
        Listener listener = new Listener(address, HttpLimits.DEFAULT, Optional.empty(), bodyBytesMax);
        // Only a certificate is asked for its time.
        return start(listener, health, meters, () -> Instant.EPOCH, Optional.empty(), routes);
    }

    /**
     * Starts listening.
     *
     * @param clock says whether the certificate is valid
     * @param first is asked before the routes, without the servlets between; what it does not handle goes on to them
     * @param routes adds the role's own routes
     * @throws ResourceException if the port is taken, or the certificate cannot be used
     */
    public static HttpShell start(
            Listener listener,
            Health health,
            Meters meters,
            InstantSource clock,
            Optional<Handler.Wrapper> first,
            Consumer<RoutesConfig> routes) {
        HttpLimits limits = listener.limits();
        ConnectionWatch connections = new ConnectionWatch(limits, meters);
        first.ifPresent(connections::setHandler);
        Javalin server = Javalin.create(config -> {
            configure(config, health, meters, listener.bodyBytesMax(), routes);
            config.jetty.threadPool = new HttpThreads(limits.threadsMax());
            config.jetty.modifyServer(jetty -> jetty.setHandler(connections));
            config.jetty.modifyHttpConfiguration(http -> http.setRequestHeaderSize(limits.headerBytesMax()));
            config.jetty.addConnector((jetty, http) -> {
                HttpConnectionFactory plain = new HttpConnectionFactory(http);
                ServerConnector connector = listener.tls()
                        .map(files -> new ServedCertificate(files, clock, meters).connector(jetty, plain))
                        .orElseGet(() -> new ServerConnector(jetty, plain));
                return configured(connector, listener, connections);
            });
        });
        Address address = listener.address();
        try {
            server.start(address.host(), address.port());
        } catch (JavalinBindException e) {
            throw new ResourceException(
                    "cannot listen on " + address.host() + ":" + address.port() + "; is the port taken? Set "
                            + address.setting() + " to another one",
                    e);
        }
        return new HttpShell(server, connections);
    }

    private static void configure(
            JavalinConfig config, Health health, Meters meters, long bodyBytesMax, Consumer<RoutesConfig> routes) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.maxRequestSize = bodyBytesMax;
        config.http.prefer405over404 = true;
        // Who has something worth compressing does it; Javalin would do it against the weights of Accept-Encoding, too.
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.jetty.modifyHttpConfiguration(HttpShell::configure);
        config.jetty.modifyServletContextHandler(HttpShell::configure);
        config.jetty.modifyServer(HttpShell::configure);
        addProbes(config.routes, health, meters);
        addErrors(config.routes);
        routes.accept(config.routes);
    }

    private static ServerConnector configured(
            ServerConnector connector, Listener listener, ConnectionWatch connections) {
        connector.setHost(listener.address().host());
        connector.setPort(listener.address().port());
        connector.setAcceptQueueSize(ACCEPT_QUEUE);
        // Between requests the watch cuts first; this one is left for those that do not read their answer.
        connector.setIdleTimeout(listener.limits().idleWait().plus(IDLE_SLACK).toMillis());
        connector.addBean(connections, false);
        connector.addEventListener(connections);
        return connector;
    }

    private static void configure(HttpConfiguration http) {
        http.setSendServerVersion(false);
        http.setSendDateHeader(true);
        // Jetty 12.1.12 remembers headers in 96 KiB for each connection, which is most of a small heap at 1,000
        // connections.
        http.setHeaderCacheSize(0);
        // Message ids hold slashes, percent signs and semicolons, and stand in paths in their escaped form.
        http.setUriCompliance(UriCompliance.DEFAULT.with(
                "message ids in paths",
                UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
                UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING,
                UriCompliance.Violation.AMBIGUOUS_PATH_PARAMETER,
                UriCompliance.Violation.SUSPICIOUS_PATH_CHARACTERS));
    }

    private static void configure(ServletContextHandler servlets) {
        servlets.getServletHandler().setDecodeAmbiguousURIs(true);
    }

    private static void configure(Server jetty) {
        jetty.setStopTimeout(STOP_MILLIS_MAX);
        // When threads are short it would cut bodies in flight after a second; the watch cuts only who is slow.
        jetty.removeBean(jetty.getBean(LowResourceMonitor.class));
        // What Jetty refuses by itself never reaches Javalin, and its own page would repeat the path.
        jetty.setErrorHandler((request, response, callback) -> {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
            Content.Sink.write(response, true, problemOf(response.getStatus()).json(), callback);
            return true;
        });
    }

    private static void addProbes(RoutesConfig routes, Health health, Meters meters) {
        routes.get("/livez", context -> context.result("alive\n"));
        routes.get("/readyz", context -> {
            List<String> problems = health.problems();
            context.status(problems.isEmpty() ? 200 : 503)
                    .result(problems.isEmpty() ? "ready\n" : String.join("\n", problems) + "\n");
        });
        routes.get("/metrics", context -> context.contentType(PROMETHEUS_TEXT).result(meters.scrape()));
    }

    private static void addErrors(RoutesConfig routes) {
        routes.exception(
                HttpResponseException.class,
                (e, context) -> problemOf(e.getStatus()).answer(context));
        routes.exception(MethodNotAllowedResponse.class, (e, context) -> {
            // Javalin names the methods in the details alone; RFC 9110 15.5.6 wants them in this header.
            context.header("Allow", String.join(", ", e.getDetails().values()));
            problemOf(e.getStatus()).answer(context);
        });
        routes.exception(Exception.class, (e, context) -> {
            LOG.error("answering {} failed: {}", context.method(), e.getClass().getName());
            LOG.debug("the failure in full", e);
            new Problem(500, "internal", "Something is wrong on our side", "Try again; the log has the reason.")
                    .answer(context);
        });
    }

    private static Problem problemOf(int status) {
        return switch (status) {
            case 404 -> new Problem(404, "not-found", "Nothing is here", "Compare the path with the documentation.");
            case 405 ->
                new Problem(
                        405,
                        "method-not-allowed",
                        "This path knows other methods",
                        "Compare the method with the documentation.");
            case 413 -> new Problem(413, "body-too-large", "The body is too large", "Send less at once.");
            default -> new Problem(status, "refused", "The request was refused", "Compare it with the documentation.");
        };
    }

    /** The port in use. */
    public int port() {
        return server.port();
    }

    /** Every route that answers requests, as method and path, in order: {@code GET /livez}. */
    public List<String> routes() {
        return server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(route -> route.endpoint)
                .filter(route -> route.method.isHttpMethod())
                .map(route -> route.method.name() + " " + route.path)
                .sorted()
                .toList();
    }

    /**
     * Goes on answering for this long, each answer closing its connection, so that proxies and clients move on to another
     * instance before nobody listens here any more. To be called after {@code /readyz} says no.
     */
    public void lastAnswers(Duration grace) throws InterruptedException {
        connections.lastAnswers();
        TimeUnit.MILLISECONDS.sleep(grace.toMillis());
    }

    /** Stops listening; requests in flight may end. */
    @Override
    public void close() {
        connections.lastAnswers();
        connections.closeIdle();
        try {
            server.stop();
        } catch (JavalinException e) {
            LOG.warn("requests in flight did not end within {} ms and were cut", STOP_MILLIS_MAX);
            LOG.debug("stopping in full", e);
        }
    }
}
