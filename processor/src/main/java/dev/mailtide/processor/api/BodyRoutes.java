package dev.mailtide.processor.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.EmailEvent;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.processor.deadletter.RawBodies;
import dev.mailtide.processor.deadletter.RawBodies.Found;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.normalise.RawBody;
import dev.mailtide.processor.normalise.Reading;
import dev.mailtide.processor.streams.Freshness;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the body that an event was made of, to whoever may see recipients. A place in the raw topic alone opens nothing: the
 * body is read as the processor reads it, and must be one of the message that was asked for, of a domain in the scope. Each
 * request reads the topic itself, so few run at a time. Behind {@link Gate}.
 */
public final class BodyRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(BodyRoutes.class);

    private static final int AT_A_TIME = 4;

    private final RawBodies bodies;
    private final Rules rules;
    private final Freshness freshness;
    private final Counter shown;
    private final Counter turnedAway;
    private final Semaphore free = new Semaphore(AT_A_TIME);

    /**
     * What answers rest on.
     *
     * @param normaliser says of which message a body is
     * @param isWithheld whether the privacy settings keep anything out of answers: a body holds everything
     */
    public record Rules(Normaliser normaliser, boolean isWithheld) {}

    /** Routes to these bodies. */
    public BodyRoutes(RawBodies bodies, Rules rules, Freshness freshness, Meters meters) {
        this.bodies = bodies;
        this.rules = rules;
        this.freshness = freshness;
        this.shown = meters.counter("mailtide.processor.bodies.shown", "Raw bodies that were answered");
        this.turnedAway = meters.counter(
                "mailtide.processor.bodies.turned.away", "Requests for raw bodies answered 503: too many at once");
    }

    /** Adds the route. */
    public void addTo(RoutesConfig javalin) {
        new Routes(javalin, Routes.Need.TOKEN).get("/v1/bodies", request -> answer(request, BodyRequest.of(request)));
    }

    private void answer(Context request, BodyRequest asked) {
        Optional<Instant> asOf = freshness.asOf();
        if (!Caller.of(request).seesRecipients()) {
            new Problem(
                            403,
                            "not-allowed",
                            "This token does not open it",
                            "A body names recipients: it needs a token with the scope recipients.")
                    .answer(request);
        } else if (rules.isWithheld()) {
            new Problem(
                            403,
                            "body-withheld",
                            "Bodies are not shown here",
                            "The settings privacy.… keep something out of answers, and a body holds everything.")
                    .answer(request);
        } else if (asOf.isEmpty()) {
            NotNow.because(request, "not-here", "Kafka has not been asked yet", "The process is starting. Ask again.");
        } else if (!free.tryAcquire()) {
            turnedAway.increment();
            NotNow.because(request, "too-many-questions", "Too many such requests at once", "Ask again in a moment.");
        } else {
            try {
                SenderDomain domain = Caller.of(request).answerFor(asked.domain());
                answer(request, asked.messageOf(domain), bodies.at(asked.at()), asOf.get());
            } catch (ResourceException e) {
                LOG.warn("raw bodies: {}", e.getMessage());
                NotNow.because(
                        request,
                        "kafka-away",
                        "Kafka does not answer",
                        "Or the raw topic is not there; the log has the reason. Ask again.");
            } finally {
                free.release();
            }
        }
    }

    private void answer(Context request, MessageKey message, Found found, Instant asOf) {
        if (found == Found.Missing.EXPIRED) {
            new Problem(
                            410,
                            "body-expired",
                            "The body is not kept any more",
                            "The retention of the raw topic is over for it. What was counted of it stays.")
                    .answer(request);
            return;
        }
        Optional<EmailEvent> event = found instanceof Found.Kept kept
                ? eventOf(kept.raw()).filter(one -> one.messageKey().equals(message))
                : Optional.empty();
        if (event.isEmpty()) {
            new Problem(404, "not-found", "Nothing is here", "No body of this message of this domain stands there.")
                    .answer(request);
        } else if (!Caller.of(request).notesRead(Optional.of(message.domain()), OptionalLong.of(1))) {
            NotNow.notNoted(request);
        } else {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("asOf", Times.text(asOf));
            if (freshness.isStale(asOf)) {
                json.put("stale", true);
            }
            BodyJson.add(json, event.get(), ((Found.Kept) found).raw());
            Answered.bytes(request, Format.JSON.contentType(), json.toString().getBytes(StandardCharsets.UTF_8));
            request.header("Cache-Control", "private, no-store");
            shown.increment();
        }
    }

    /** The event that the processor makes of it; nothing of a record that ingest has not written, or that gives no event. */
    private Optional<EmailEvent> eventOf(ConsumerRecord<byte[], byte[]> raw) {
        byte[] body = raw.value() == null ? new byte[0] : raw.value();
        return RawBody.of(raw.key(), raw.headers())
                .map(about -> rules.normaliser().read(about, body))
                .flatMap(reading -> reading instanceof Reading.Understood understood
                        ? Optional.of(understood.event())
                        : Optional.empty());
    }
}
