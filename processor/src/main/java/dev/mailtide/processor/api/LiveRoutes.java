package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import dev.mailtide.processor.readmodel.LiveCursor;
import dev.mailtide.processor.readmodel.LiveFeed;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events as they come, as server-sent events. Each reader has a thread and a consumer, so there are few. */
public final class LiveRoutes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

    private static final int READERS_MAX = 16;
    private static final String RETRY_AFTER_SECONDS = "5";

    private final KafkaAccess kafka;
    private final String topic;
    private final EventPolicy policy;
    private final Supplier<Optional<Instant>> asOf;
    private final Semaphore free = new Semaphore(READERS_MAX);
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> daemon(new Thread(task, "live")));
    private volatile boolean isClosing;

    /**
     * @param topic name of the events topic
     * @param policy what answers may hold of an event
     * @param asOf up to when everything that was raw is an event
     */
    public LiveRoutes(
            KafkaAccess kafka, String topic, EventPolicy policy, Supplier<Optional<Instant>> asOf, Meters meters) {
        this.kafka = kafka;
        this.topic = topic;
        this.policy = policy;
        this.asOf = asOf;
        meters.gauge(
                "mailtide.processor.live.readers",
                "Readers of the live stream",
                () -> READERS_MAX - free.availablePermits());
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    /** Adds the route. */
    public void addTo(RoutesConfig javalin) {
        javalin.get("/v1/live", request -> Expected.orSayWhat(request, () -> stream(request)));
    }

    private void stream(Context request) throws UnexpectedException {
        RequestTexts texts = RequestTexts.ofParameters(request.queryParamMap(), Set.of("domain"));
        Optional<SenderDomain> domain = texts.read("domain", SenderDomain::of, "the sender domain, a host name");
        Optional<LiveCursor> after = lastEvent(request);
        Caller caller = Caller.of(request);
        Optional<SenderDomain> only = domain.map(caller::answerFor);
        if (isClosing || !free.tryAcquire()) {
            later(request, "too-many-readers", "Too many read the live stream");
            return;
        }
        begin(request, after, only, caller);
    }

    private static Predicate<String> domains(Optional<SenderDomain> only, Caller caller) {
        return only.<Predicate<String>>map(one -> one.name()::equals)
                .orElse(name -> SenderDomain.of(name).filter(caller::mayRead).isPresent());
    }

    private static Optional<LiveCursor> lastEvent(Context request) throws UnexpectedException {
        Optional<String> id =
                Optional.ofNullable(request.header("Last-Event-ID")).filter(text -> !text.isEmpty());
        Optional<LiveCursor> after = id.flatMap(LiveCursor::of);
        if (id.isPresent() && after.isEmpty()) {
            throw new UnexpectedException("Last-Event-ID: expected the id of an event of this stream.");
        }
        return after;
    }

    private void begin(Context request, Optional<LiveCursor> after, Optional<SenderDomain> only, Caller caller) {
        if (!caller.notesRead(only, OptionalLong.empty())) {
            free.release();
            Expected.notNoted(request);
            return;
        }
        LiveFeed feed;
        try {
            feed = new LiveFeed(kafka, topic, after);
        } catch (KafkaException e) {
            free.release();
            LOG.warn("live stream: {}", e.getClass().getSimpleName());
            later(request, "kafka-away", "Kafka does not answer");
            return;
        }
        EventPolicy shown = caller.seesRecipients() ? policy : Masked.of(policy);
        LiveStream stream = new LiveStream(feed, domains(only, caller), shown, asOf);
        LiveStream.head(request);
        request.future(() -> CompletableFuture.runAsync(
                () -> {
                    write(request, stream);
                    caller.readEnded(only, stream.shown());
                },
                threads));
    }

    private void write(Context request, LiveStream stream) {
        try (stream) {
            stream.writeTo(request.res().getOutputStream(), () -> isClosing);
        } catch (IOException readerHasLeft) {
            LOG.debug("live stream: the reader has left");
        } catch (KafkaException e) {
            LOG.warn(
                    "live stream: ended by {}; the reader will come again",
                    e.getClass().getSimpleName());
        } finally {
            free.release();
        }
    }

    private static void later(Context request, String code, String title) {
        request.header("Retry-After", RETRY_AFTER_SECONDS);
        new Problem(503, code, title, "Ask again in a moment.").answer(request);
    }

    /** Ends all streams: their readers come again, to another instance. */
    @Override
    public void close() {
        isClosing = true;
        threads.shutdown();
    }
}
