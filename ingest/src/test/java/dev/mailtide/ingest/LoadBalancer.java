package dev.mailtide.ingest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy as it stands before ingest in the field: it asks each backend ten times a second whether it is ready, gives each
 * request to one that was at the last look, in turn, and keeps its connections to them until an answer says {@code
 * Connection: close}. It posts nothing twice: where a backend refuses or breaks off, the client is answered 502.
 */
final class LoadBalancer implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final Duration LOOK_MAX = Duration.ofSeconds(1);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Backend> backends;
    private final AtomicInteger turn = new AtomicInteger();
    private final ScheduledExecutorService looks;
    private final ExecutorService passing = Executors.newCachedThreadPool();
    private final HttpServer server;

    private LoadBalancer(List<Integer> ports) throws IOException {
        backends = ports.stream().map(Backend::new).toList();
        looks = Executors.newScheduledThreadPool(ports.size());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    /** Listens, and gives requests to those of these ports of this machine that are ready. */
    static LoadBalancer before(List<Integer> ports) throws IOException {
        LoadBalancer balancer = new LoadBalancer(ports);
        balancer.start();
        return balancer;
    }

    private void start() {
        for (Backend backend : backends) {
            var unused = looks.scheduleWithFixedDelay(backend::look, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
        server.setExecutor(passing);
        server.createContext("/", this::pass);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Whether all backends were ready at the last look. */
    boolean allReady() {
        return backends.stream().allMatch(backend -> backend.ready);
    }

    /** How many posts the backend on this port has answered 200, in all its lives. */
    int keptBy(int port) {
        return backends.stream()
                .filter(backend -> backend.port == port)
                .mapToInt(backend -> backend.kept.get())
                .sum();
    }

    private void pass(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(statusOf(exchange.getRequestURI().getPath(), body), -1);
    }

    private int statusOf(String path, byte[] body) {
        List<Backend> ready = backends.stream().filter(backend -> backend.ready).toList();
        if (ready.isEmpty()) {
            return 503;
        }
        return ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())).post(path, body);
    }

    @Override
    public void close() {
        looks.shutdownNow();
        server.stop(0);
        passing.shutdownNow();
    }

    private final class Backend {

        private final int port;
        private final AtomicInteger kept = new AtomicInteger();
        private volatile boolean ready;

        Backend(int port) {
            this.port = port;
        }

        void look() {
            HttpRequest question = request("/readyz").timeout(LOOK_MAX).build();
            ready = status(question) == 200;
        }

        int post(String path, byte[] body) {
            int status = status(request(path)
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build());
            if (status == 200) {
                kept.incrementAndGet();
            }
            return status;
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        }

        private int status(HttpRequest request) {
            try {
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                        .statusCode();
            } catch (IOException e) {
                return 502;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 502;
            }
        }
    }
}
