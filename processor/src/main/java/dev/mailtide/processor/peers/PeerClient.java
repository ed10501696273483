package dev.mailtide.processor.peers;

import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.peers.Reply.Holder;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Asks one instance over HTTP. What it costs is bounded: open questions, in all and to one instance, so that a hung one
 * does not hold all threads that serve; the time; the length of an answer, and of all that are heard at once.
 */
final class PeerClient implements AutoCloseable {

    /** Half of the threads that serve HTTP: the others are left for what is held here, and for what others ask. */
    private static final int OPEN_MAX = 32;

    private static final int OPEN_TO_ONE_MAX = 16;
    private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;

    /** The lengths of all answers that are heard at once. In memory each takes up to four times its length. */
    private static final int HEARD_BYTES_MAX = 4 * ANSWER_BYTES_MAX;

    private static final int THREADS = 2;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(1);

    private final Secret secret;
    private final Semaphore open = new Semaphore(OPEN_MAX);
    private final Map<HostInfo, Semaphore> openToOne = new ConcurrentHashMap<>();
    private final AnswerRoom room = new AnswerRoom(HEARD_BYTES_MAX);
    private final ExecutorService threads =
            Executors.newFixedThreadPool(THREADS, task -> daemon(new Thread(task, "peers")));
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(CONNECT_MAX)
            .executor(threads)
            .build();

    PeerClient(Secret secret) {
        this.secret = secret;
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Asks, and never fails: what went wrong is the outcome.
     *
     * @param pathAndQuery as it stands on the first line of a request
     */
    CompletableFuture<Heard> ask(HostInfo peer, String pathAndQuery, Duration answerMax) {
        return ask(peer, pathAndQuery, Optional.empty(), answerMax);
    }

    /**
     * The same with a body, if there is one.
     *
     * @param body JSON that is posted
     */
    CompletableFuture<Heard> ask(HostInfo peer, String pathAndQuery, Optional<String> body, Duration answerMax) {
        Semaphore toThis = openToOne.computeIfAbsent(peer, first -> new Semaphore(OPEN_TO_ONE_MAX));
        if (!open.tryAcquire()) {
            return CompletableFuture.completedFuture(Heard.failed(Outcome.BUSY));
        }
        if (!toThis.tryAcquire()) {
            open.release();
            return CompletableFuture.completedFuture(Heard.failed(Outcome.BUSY));
        }
        AnswerRoom.Share share = room.share();
        CompletableFuture<HttpResponse<String>> asked;
        try {
            asked = http.sendAsync(request(peer, pathAndQuery, body), head -> new LimitedText(ANSWER_BYTES_MAX, share));
        } catch (RuntimeException notSent) {
            // No such address, or this client is closed. Whatever it is, the question has ended.
            asked = CompletableFuture.failedFuture(notSent);
        }
        CompletableFuture<HttpResponse<String>> exchange = asked;
        return exchange.copy()
                .orTimeout(answerMax.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    share.giveBack();
                    toThis.release();
                    open.release();
                    // Ends it if it is still on its way.
                    boolean unused = exchange.cancel(true);
                    return failure == null ? heard(answer) : Heard.failed(reason(failure));
                });
    }

    private HttpRequest request(HostInfo peer, String pathAndQuery, Optional<String> body) {
        String host = peer.host().contains(":") ? "[" + peer.host() + "]" : peer.host();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + host + ":" + peer.port() + pathAndQuery))
                .header("Authorization", "Bearer " + secret.reveal());
        body.ifPresent(json ->
                request.header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(json)));
        return request.build();
    }

    private static Heard heard(HttpResponse<String> answer) {
        Optional<String> type = answer.headers().firstValue("Content-Type");
        Optional<String> holder = answer.headers().firstValue(Holder.HEADER);
        if (answer.statusCode() == 400) {
            return Heard.failed(Outcome.BAD_QUESTION);
        }
        if (answer.statusCode() == 401) {
            return Heard.failed(Outcome.REFUSED);
        }
        if (answer.statusCode() == 503) {
            return Heard.failed(Outcome.NOT_HERE);
        }
        boolean decided = answer.statusCode() == 200 || answer.statusCode() == 404;
        for (Holder one : Holder.values()) {
            if (decided
                    && type.isPresent()
                    && holder.filter(one.wireName()::equals).isPresent()) {
                return Heard.decided(new Reply(answer.statusCode(), type.get(), answer.body(), one));
            }
        }
        return Heard.failed(Outcome.UNREADABLE);
    }

    private static Outcome reason(Throwable failure) {
        if (isCausedBy(failure, LimitedText.TooLargeException.class)) {
            return Outcome.TOO_LARGE;
        }
        return isCausedBy(failure, LimitedText.NoRoomException.class) ? Outcome.BUSY : Outcome.NO_ANSWER;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> cause) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).anyMatch(cause::isInstance);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
