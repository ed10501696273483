package dev.mailtide.processor.api;

import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.readmodel.LiveCursor;
import dev.mailtide.processor.readmodel.LiveFeed;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events as they come, as server-sent events. Each reader has a thread and a consumer, so there are few. */
public final class LiveRoutes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveRoutes.class);

    private final KafkaAccess kafka;
    private final String topic;
    private final EventPolicy policy;
    private final Supplier<Optional<Instant>> asOf;
    private final LiveIds ids;
    private final LiveSeats seats = new LiveSeats();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> daemon(new Thread(task, "live")));
    private final Counter turnedAway;
    private volatile boolean isClosing;

    /**
     * @param topic name of the events topic
     * @param policy what answers may hold of an event
     * @param asOf up to when everything that was raw is an event
     * @param identity seals the ids of events
     */
    public LiveRoutes(
            KafkaAccess kafka,
            String topic,
            EventPolicy policy,
            Supplier<Optional<Instant>> asOf,
            IdentityKey identity,
            Meters meters) {
        this.kafka = kafka;
        this.topic = topic;
        this.policy = policy;
        this.asOf = asOf;
        this.ids = new LiveIds(identity);
        this.turnedAway = meters.counter(
                "mailtide.processor.live.turned.away",
                "Readers of the live stream answered 503: too many at once, of all or of their token");
        meters.gauge("mailtide.processor.live.readers", "Readers of the live stream", seats::taken);
    }

    private static Thread daemon(Thread thread) {
        thread.setDaemon(true);
        return thread;
    }

    /** Adds the route. */
    public void addTo(RoutesConfig javalin) {
        new Routes(javalin, Routes.Need.TOKEN).get("/v1/live", this::follow);
    }

    private void follow(Context request) throws UnexpectedException {
        Optional<SenderDomain> domain = Parameters.of(request, Set.of("domain")).domain();
        Optional<LiveCursor> after = lastEvent(request);
        Optional<SenderDomain> only = domain.map(Caller.of(request)::answerFor);
        if (request.req().getMethod().equals("HEAD")) {
            LiveStream.head(request);
        } else if (isClosing || !seats.take(Caller.of(request).tokenId())) {
            turnedAway.increment();
            NotNow.because(
                    request,
                    "too-many-readers",
                    "Too many read the live stream",
                    "At most " + LiveSeats.MAX + " at a time, and " + LiveSeats.OF_A_TOKEN_MAX
                            + " with one token. Ask again in a moment.");
        } else {
            request.future(() -> CompletableFuture.runAsync(() -> follow(request, after, only), threads));
        }
    }

    private Optional<LiveCursor> lastEvent(Context request) throws UnexpectedException {
        Optional<String> id =
                Optional.ofNullable(request.header("Last-Event-ID")).filter(text -> !text.isEmpty());
        Optional<LiveCursor> after = id.flatMap(ids::cursor);
        if (id.isPresent() && after.isEmpty()) {
            throw new UnexpectedException("Last-Event-ID: expected the id of an event of this stream.");
        }
        return after;
    }

    /** Everything that waits for Kafka is in here, on a thread of this reader: none of those of HTTP waits. */
    private void follow(Context request, Optional<LiveCursor> after, Optional<SenderDomain> only) {
        Caller caller = Caller.of(request);
        try (LiveFeed feed = new LiveFeed(kafka, topic, after)) {
            if (caller.notesRead(only, OptionalLong.empty())) {
                EventPolicy shown = caller.seesRecipients() ? policy : Masked.of(policy);
                LiveStream stream = new LiveStream(feed, domains(only, caller), shown, asOf, ids);
                LiveStream.head(request);
                write(request, stream, only);
            } else {
                NotNow.notNoted(request);
            }
        } catch (KafkaException e) {
            LOG.warn("live stream: {}", e.getClass().getSimpleName());
            if (!request.res().isCommitted()) {
                NotNow.because(request, "kafka-away", "Kafka does not answer", "Ask again in a moment.");
            }
        } finally {
            seats.giveBack(caller.tokenId());
        }
    }

    private static Predicate<String> domains(Optional<SenderDomain> only, Caller caller) {
        return only.<Predicate<String>>map(one -> one.name()::equals)
                .orElse(name -> SenderDomain.of(name).filter(caller::mayRead).isPresent());
    }

    private void write(Context request, LiveStream stream, Optional<SenderDomain> only) {
        try {
            Caller caller = Caller.of(request);
            stream.writeTo(request.res().getOutputStream(), () -> isClosing || !caller.isInForce());
        } catch (IOException readerHasLeft) {
            LOG.debug("live stream: the reader has left");
        } finally {
            Caller.of(request).readEnded(only, stream.shown());
        }
    }

    /** Ends all streams: their readers come again, to another instance. */
    @Override
    public void close() {
        // The threads still take what has come in meanwhile, and it ends at once.
        isClosing = true;
    }
}
