package dev.mailtide.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Posts events of one domain at fixed times, and asks the API over and over how many it has counted there. The n-th event is
 * visible when the answer counts n. Its latency runs from when it was due, so that neither a late post nor a late
 * answer shortens it (coordinated omission is not left out).
 */
final class VisibilityProbe implements Callable<VisibilityProbe.Seen> {

    private static final Duration EVERY = Duration.ofMillis(200);
    private static final Duration ASK_EVERY = Duration.ofMillis(10);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    /** What has not been seen by then counts as seen then. */
    private static final Duration LAST_SEEN_MAX = Duration.ofSeconds(60);

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int OK = 200;

    private final UpRole up;
    private final Traffic traffic;
    private final InstantSource clock;
    private final Window window;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    private long posted;
    private long answered;
    private long seen;

    /** @param traffic of one domain, which nobody else posts */
    VisibilityProbe(UpRole up, Traffic traffic, InstantSource clock, Window window) {
        this.up = up;
        this.traffic = traffic;
        this.clock = clock;
        this.window = window;
    }

    /**
     * When to post. Times are those of {@link System#nanoTime}.
     *
     * @param firstNanos when the first event is due
     * @param beginNanos events that are due from here on are measured
     * @param endNanos nothing is due from here on
     */
    record Window(long firstNanos, long beginNanos, long endNanos) {}

    /**
     * What came of it.
     *
     * @param nanos latencies of the events within the window
     * @param posted all events, those before the window too
     * @param answered those that were answered 200
     */
    record Seen(Histogram nanos, long posted, long answered) {}

    @Override
    public Seen call() throws IOException, InterruptedException {
        long deadline = window.endNanos() + LAST_SEEN_MAX.toNanos();
        while (dueNanos(posted) - window.endNanos() < 0 || (seen < posted && System.nanoTime() - deadline < 0)) {
            if (isDue()) {
                post();
            }
            if (seen < posted) {
                see(counted());
            }
            TimeUnit.NANOSECONDS.sleep(ASK_EVERY.toNanos());
        }
        see(posted);
        return new Seen(latencies, posted, answered);
    }

    private boolean isDue() {
        long due = dueNanos(posted);
        return due - window.endNanos() < 0 && System.nanoTime() - due >= 0;
    }

    private long dueNanos(long number) {
        return window.firstNanos() + number * EVERY.toNanos();
    }

    private void post() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(up.webhook())
                .timeout(ANSWER_MAX)
                .POST(HttpRequest.BodyPublishers.ofByteArray(traffic.body(posted, clock.instant())))
                .build();
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        posted++;
        answered += status == OK ? 1 : 0;
    }

    /** What the API says; nothing while it says that the domain is unknown, or not here now. */
    private long counted() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(up.api() + "/v1/domains/" + traffic.domain(0)))
                .header("Authorization", "Bearer " + up.token())
                .timeout(ANSWER_MAX)
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return answer.statusCode() == OK ? CountedEvents.eventsIn(answer.body()) : 0;
    }

    private void see(long counted) {
        long now = System.nanoTime();
        for (; seen < counted; seen++) {
            long due = dueNanos(seen);
            if (due - window.beginNanos() >= 0) {
                latencies.recordValue(Math.max(0, now - due));
            }
        }
    }
}
