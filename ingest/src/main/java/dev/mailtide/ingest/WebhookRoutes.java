package dev.mailtide.ingest;

import dev.mailtide.ingest.BodyReader.Body;
import dev.mailtide.ingest.access.Access;
import dev.mailtide.ingest.access.Admission;
import dev.mailtide.ingest.access.Admission.Admitted;
import dev.mailtide.ingest.access.Admission.Denied;
import dev.mailtide.ingest.access.Denial;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The webhook endpoint. The way of a body: admitted, read whole, given a receipt id, made durable, and answered only when
 * its outcome is known.
 */
final class WebhookRoutes {

    private static final String WITH_SECRET = "/webhooks/{source}/{secret}";
    private static final String WITHOUT_SECRET = "/webhooks/{source}";

    private final Access access;
    private final Hedge hedge;
    private final ReceiptIds receiptIds;
    private final BodyReader bodies;
    private final InstantSource clock;
    private final IngestMeters meters;

    WebhookRoutes(
            Access access,
            Hedge hedge,
            ReceiptIds receiptIds,
            BodyReader bodies,
            InstantSource clock,
            IngestMeters meters) {
        this.access = access;
        this.hedge = hedge;
        this.bodies = bodies;
        this.receiptIds = receiptIds;
        this.clock = clock;
        this.meters = meters;
    }

    void addTo(RoutesConfig routes) {
        routes.post(
                WITH_SECRET,
                context -> context.future(() -> receive(context, Optional.of(context.pathParam("secret")))));
        // For sources that sign; the others need the secret.
        routes.post(WITHOUT_SECRET, context -> context.future(() -> receive(context, Optional.empty())));
        routes.get(WITH_SECRET, this::probe);
        routes.head(WITH_SECRET, this::probe);
        routes.get(WITHOUT_SECRET, this::probeName);
        routes.head(WITHOUT_SECRET, this::probeName);
    }

    private CompletableFuture<Void> receive(Context request, Optional<String> secret) {
        meters.received();
        Admission admission = access.admit(request, request.pathParam("source"), secret);
        CompletableFuture<Outcome> outcome = admission instanceof Admitted admitted
                ? accept(request, admitted)
                : refused(Refusal.of(((Denied) admission).denial()));
        return outcome.thenAccept(known -> answer(request, known));
    }

    private CompletableFuture<Outcome> accept(Context request, Admitted admitted) {
        Instant receivedAt = clock.instant();
        return bodies.read(request, admitted.source().bodyBytesMax())
                .thenCompose(body -> keep(body, request, admitted, receivedAt));
    }

    private CompletableFuture<Outcome> keep(Body body, Context request, Admitted admitted, Instant receivedAt) {
        if (body instanceof Body.NotTaken notTaken) {
            return refused(notTaken.refusal());
        }
        byte[] bytes = ((Body.Whole) body).bytes();
        Optional<Denial> denial = access.verify(admitted, request, bytes);
        if (denial.isPresent()) {
            return refused(Refusal.of(denial.get()));
        }
        Optional<String> contentType = Optional.ofNullable(request.contentType());
        return hedge.accept(
                new Webhook(admitted.source(), receiptIds.next(receivedAt), receivedAt, contentType, bytes).toEntry());
    }

    private static CompletableFuture<Outcome> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
    }

    /** The one place that turns outcomes into answers. */
    private void answer(Context request, Outcome outcome) {
        meters.count(outcome);
        if (outcome instanceof Outcome.Refused refused) {
            refused.refusal().retryAfterSeconds().ifPresent(seconds -> request.header("Retry-After", seconds));
            refused.refusal().problem().answer(request);
        } else {
            request.status(200);
        }
    }

    private void probe(Context request) {
        Optional<String> secret = Optional.of(request.pathParam("secret"));
        if (access.probe(request, request.pathParam("source"), secret) instanceof Denied denied) {
            Refusal.of(denied.denial()).problem().answer(request);
        }
    }

    private void probeName(Context request) {
        if (!access.knows(request.pathParam("source"))) {
            Refusal.UNKNOWN_SOURCE.problem().answer(request);
        }
    }
}
