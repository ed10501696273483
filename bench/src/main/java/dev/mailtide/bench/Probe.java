package dev.mailtide.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Asks a role how it is, over the endpoints that every role has. */
final class Probe {

    private static final Pattern HEAP_MAX =
            Pattern.compile("^jvm_memory_max_bytes\\{area=\"heap\".*} (\\S+)$", Pattern.MULTILINE);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int OK = 200;

    private Probe() {}

    /** Waits until it is ready. */
    static void awaitReady(InetSocketAddress role, ChildProcess process, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!isReady(role)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw process.failed("did not get ready");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    static boolean isReady(InetSocketAddress role) throws InterruptedException {
        try {
            return get(role, "/readyz").statusCode() == OK;
        } catch (IOException e) {
            return false;
        }
    }

    /** The largest heap that its JVM may use: the sum of what its parts may. */
    static OptionalLong heapBytesMax(InetSocketAddress role) throws InterruptedException {
        try {
            return heapBytesMax(get(role, "/metrics").body());
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Parts without a limit of their own are -1. */
    static OptionalLong heapBytesMax(String metrics) {
        long sum = HEAP_MAX.matcher(metrics)
                .results()
                .mapToLong(line -> (long) Double.parseDouble(line.group(1)))
                .filter(bytes -> bytes > 0)
                .sum();
        return sum == 0 ? OptionalLong.empty() : OptionalLong.of(sum);
    }

    private static HttpResponse<String> get(InetSocketAddress role, String path)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + role.getAddress().getHostAddress() + ":" + role.getPort() + path))
                .timeout(PATIENCE)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
