package dev.mailtide.app.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The posts that are on their way. Used by one thread; the HTTP client's threads only ever touch the queue. */
final class Flight {
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);
    private static final Duration WAIT_MAX = Duration.ofMillis(10);

    private final HttpClient http;
    private final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();
    private int inFlight;

    Flight(HttpClient http) {
        this.http = http;
    }

    /** What came of a post. */
    sealed interface Outcome permits Answered, Unanswered {
        Post post();
    }

    record Answered(Post post, URI to, int status) implements Outcome {}

    record Unanswered(Post post) implements Outcome {}

    int inFlight() {
        return inFlight;
    }

    void launch(Post post, URI to) {
        HttpRequest request = HttpRequest.newBuilder(to)
                .timeout(ANSWER_WITHIN)
                .header("Content-Type", "application/json")
                .header("User-Agent", "mailtide-demo")
                .POST(HttpRequest.BodyPublishers.ofByteArray(post.body()))
                .build();
        inFlight++;
        var unused = http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .<Outcome>thenApply(response -> new Answered(post, to, response.statusCode()))
                .exceptionally(failure -> new Unanswered(post))
                .thenAccept(outcomes::add);
    }

    Optional<Outcome> nextOutcome() throws InterruptedException {
        Optional<Outcome> outcome = Optional.ofNullable(outcomes.poll(WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS));
        inFlight -= outcome.isPresent() ? 1 : 0;
        return outcome;
    }
}
