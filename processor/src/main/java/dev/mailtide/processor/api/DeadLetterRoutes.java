package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.processor.api.Parameters.UnexpectedException;
import dev.mailtide.processor.deadletter.DeadLetter;
import dev.mailtide.processor.deadletter.DeadLetters;
import dev.mailtide.processor.deadletter.LetterPage;
import dev.mailtide.processor.deadletter.Position;
import dev.mailtide.processor.deadletter.Replay;
import dev.mailtide.processor.streams.Freshness;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists dead letters and sends them again. Each request reads the topic itself, so few run at a time. Behind {@link Gate},
 * for admins only.
 */
public final class DeadLetterRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterRoutes.class);

    private static final int AT_A_TIME = 2;

    private final DeadLetters letters;
    private final Supplier<Replay> replays;
    private final Freshness freshness;
    private final Counter replayed;
    private final Counter turnedAway;
    private final Semaphore free = new Semaphore(AT_A_TIME);

    /**
     * Routes to these letters.
     *
     * @param replays opens the way to the raw topic, for one request
     * @param freshness says up to when everything is an event or a letter
     */
    public DeadLetterRoutes(DeadLetters letters, Supplier<Replay> replays, Freshness freshness, Meters meters) {
        this.letters = letters;
        this.replays = replays;
        this.freshness = freshness;
        this.replayed = meters.counter("mailtide.processor.dead.letters.replayed", "Bodies sent again by the API");
        this.turnedAway = meters.counter(
                "mailtide.processor.dead.letters.turned.away",
                "Requests for dead letters answered 503: too many at once");
    }

    /** Adds the routes. */
    public void addTo(RoutesConfig javalin) {
        Routes routes = new Routes(javalin, Routes.Need.ADMIN);
        routes.get("/v1/dead-letters", request -> answer(request, this::list));
        routes.post("/v1/dead-letters/replay", request -> answer(request, this::replay));
    }

    /** Answers a request, or says what was expected of it. */
    @FunctionalInterface
    private interface Route {
        void answer(Context request, ObjectNode json) throws UnexpectedException;
    }

    private void answer(Context request, Route route) throws UnexpectedException {
        Optional<Instant> asOf = freshness.asOf();
        if (asOf.isEmpty()) {
            NotNow.because(request, "not-here", "Kafka has not been asked yet", "The process is starting. Ask again.");
        } else if (!free.tryAcquire()) {
            turnedAway.increment();
            NotNow.because(request, "too-many-questions", "Too many such requests at once", "Ask again in a moment.");
        } else {
            try {
                route.answer(request, begun(asOf.get()));
            } catch (ResourceException e) {
                LOG.warn("dead letters: {}", e.getMessage());
                NotNow.because(
                        request,
                        "kafka-away",
                        "Kafka does not answer",
                        "Or one of the topics is not there; the log has the reason. Ask again.");
            } finally {
                free.release();
            }
        }
    }

    private ObjectNode begun(Instant asOf) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("asOf", Times.text(asOf));
        if (freshness.isStale(asOf)) {
            json.put("stale", true);
        }
        return json;
    }

    private void list(Context request, ObjectNode json) throws UnexpectedException {
        LetterRequest asked = LetterRequest.ofList(request);
        Optional<Format> format = Format.wanted(request);
        if (format.isPresent()) {
            LetterJson.add(json, letters.page(asked.filter(), asked.cursor(), asked.limit()));
            Forms.DEAD_LETTERS.answer(request, format.get(), json.toString());
        }
    }

    private void replay(Context request, ObjectNode json) throws UnexpectedException {
        LetterRequest.ReplayRequest asked = LetterRequest.ofReplay(request);
        Optional<LetterPage> page =
                asked.found().map(found -> letters.page(found.filter(), found.cursor(), found.limit()));
        Collection<Position> meant = page.<Collection<Position>>map(
                        found -> found.letters().stream().map(DeadLetter::at).toList())
                .orElse(asked.positions());
        Replay.Outcome outcome = replay(meant);
        if (outcome.failed() > 0) {
            NotNow.because(
                    request,
                    "replay-incomplete",
                    "Not all bodies have been sent again",
                    outcome.replayed() + " have, of " + outcome.failed()
                            + " it is not known. Send the same request again: what is sent twice counts once.");
            return;
        }
        LetterJson.add(json, outcome);
        page.ifPresent(found -> LetterJson.addEnd(json, found));
        Answered.heads(request, "no-store");
        request.status(200)
                .contentType("application/json")
                .result(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Replay.Outcome replay(Collection<Position> meant) {
        try (Replay replay = replays.get()) {
            Replay.Outcome outcome = replay.replay(meant);
            replayed.increment(outcome.replayed());
            LOG.info(
                    "replayed {} dead letters; {} failed, {} were missing",
                    outcome.replayed(),
                    outcome.failed(),
                    outcome.missing().size());
            return outcome;
        }
    }
}
