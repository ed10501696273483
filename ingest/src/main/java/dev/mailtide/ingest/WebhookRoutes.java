package dev.mailtide.ingest;

import dev.mailtide.ingest.Sources.Admission;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The webhook endpoint. The way of a body: admitted, read whole, given a receipt id, published, and answered only when
 * its outcome is known.
 */
final class WebhookRoutes {

    private static final String WITH_SECRET = "/webhooks/{source}/{secret}";
    private static final String WITHOUT_SECRET = "/webhooks/{source}";
    private static final String RETRY_AFTER_SECONDS = "5";
    private static final long DISCARDED_BYTES_MAX = 16_000_000;

    private final Sources sources;
    private final Publisher publisher;
    private final ReceiptIds receiptIds;
    private final long bodyBytesMax;
    private final InstantSource clock;
    private final IngestMeters meters;

    WebhookRoutes(
            Sources sources,
            Publisher publisher,
            ReceiptIds receiptIds,
            long bodyBytesMax,
            InstantSource clock,
            IngestMeters meters) {
        this.sources = sources;
        this.bodyBytesMax = bodyBytesMax;
        this.publisher = publisher;
        this.receiptIds = receiptIds;
        this.clock = clock;
        this.meters = meters;
    }

    void addTo(RoutesConfig routes) {
        routes.post(WITH_SECRET, context -> context.future(() -> receive(context, context.pathParam("secret"))));
        // Every provider known so far needs the secret; those that sign will post here.
        routes.post(WITHOUT_SECRET, context -> context.future(() -> receive(context, "")));
        routes.get(WITH_SECRET, this::probe);
        routes.head(WITH_SECRET, this::probe);
        routes.get(WITHOUT_SECRET, this::probeName);
        routes.head(WITHOUT_SECRET, this::probeName);
    }

    private CompletableFuture<Void> receive(Context request, String secret) {
        meters.received();
        Admission admission = sources.admit(request.pathParam("source"), secret);
        CompletableFuture<Outcome> outcome = admission instanceof Admission.Admitted admitted
                ? accept(request, admitted.source())
                : refused(((Admission.Denied) admission).refusal());
        return outcome.thenAccept(known -> answer(request, known));
    }

    private CompletableFuture<Outcome> accept(Context request, Source source) {
        if (isTooLargeToRead(request)) {
            return refused(Refusal.BODY_TOO_LARGE);
        }
        Instant receivedAt = clock.instant();
        byte[] body;
        try {
            body = request.bodyAsBytes();
        } catch (HttpResponseException e) {
            return refused(e.getStatus() == 413 ? Refusal.BODY_TOO_LARGE : Refusal.BODY_INCOMPLETE);
        } catch (Exception e) {
            if (e instanceof IOException) {
                return refused(Refusal.BODY_INCOMPLETE);
            }
            throw e;
        }
        Optional<String> contentType = Optional.ofNullable(request.contentType());
        return publisher.publish(new Webhook(source, receiptIds.next(receivedAt), receivedAt, contentType, body));
    }

    /**
     * Whether to refuse before a byte of the body is read: when the client waits for 100 Continue, or would send very much.
     * Else it is read to its end, since a connection that is closed while the client still writes can lose the answer.
     */
    private boolean isTooLargeToRead(Context request) {
        long declared = request.req().getContentLengthLong();
        return declared > bodyBytesMax
                && (declared > DISCARDED_BYTES_MAX || "100-continue".equalsIgnoreCase(request.header("Expect")));
    }

    private static CompletableFuture<Outcome> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
    }

    /** The one place that turns outcomes into answers. */
    private void answer(Context request, Outcome outcome) {
        meters.count(outcome);
        if (outcome instanceof Outcome.Refused refused) {
            if (refused.refusal().passes()) {
                request.header("Retry-After", RETRY_AFTER_SECONDS);
            }
            refused.refusal().problem().answer(request);
        } else {
            request.status(200);
        }
    }

    private void probe(Context request) {
        if (sources.admit(request.pathParam("source"), request.pathParam("secret"))
                instanceof Admission.Denied denied) {
            denied.refusal().problem().answer(request);
        }
    }

    private void probeName(Context request) {
        if (!sources.knows(request.pathParam("source"))) {
            Refusal.UNKNOWN_SOURCE.problem().answer(request);
        }
    }
}
