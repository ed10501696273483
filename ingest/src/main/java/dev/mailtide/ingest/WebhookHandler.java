package dev.mailtide.ingest;

import dev.mailtide.ingest.BodyReader.Body;
import dev.mailtide.ingest.access.Access;
import dev.mailtide.ingest.access.Admission;
import dev.mailtide.ingest.access.Admission.Admitted;
import dev.mailtide.ingest.access.Admission.Denied;
import dev.mailtide.ingest.access.Denial;
import dev.mailtide.ingest.status.SourceCounts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhook endpoint. The way of a body: admitted, read whole, given a receipt id, made durable, and answered only when
 * its outcome is known. It stands before the servlets, which are a third of what a post costs otherwise.
 *
 * <p>Nothing of it waits for anything, so Jetty may run it on the thread that selects: no other thread has to be woken for
 * a post, or for each byte of a slow one. What is not for this endpoint may wait, and gets a thread of its own.
 */
final class WebhookHandler extends Handler.Wrapper {

    private static final Logger LOG = LoggerFactory.getLogger(WebhookHandler.class);

    private static final String PREFIX = "/webhooks/";

    private final Access access;
    private final Hedge hedge;
    private final ReceiptIds receiptIds;
    private final BodyReader bodies;
    private final InstantSource clock;
    private final IngestMeters meters;
    private final SourceCounts sources;

    WebhookHandler(
            Access access,
            Hedge hedge,
            ReceiptIds receiptIds,
            BodyReader bodies,
            InstantSource clock,
            IngestMeters meters,
            SourceCounts sources) {
        this.access = access;
        this.hedge = hedge;
        this.bodies = bodies;
        this.receiptIds = receiptIds;
        this.clock = clock;
        this.meters = meters;
        this.sources = sources;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<Target> target = Target.of(Request.getPathInContext(request));
        if (target.isEmpty()) {
            request.getComponents().getExecutor().execute(() -> passOn(request, response, callback));
            return true;
        }
        switch (request.getMethod()) {
            case "POST" -> {
                meters.received();
                // Nobody waits for this future: the answer is what it is for, and a request must end in any case.
                var unused = receive(target.get(), request)
                        .exceptionally(WebhookHandler::failed)
                        .thenAccept(outcome -> answer(target.get().source(), outcome, request, response, callback))
                        .exceptionally(failure -> {
                            failed(failure);
                            callback.failed(failure);
                            return null;
                        });
            }
            case "GET", "HEAD" -> probe(target.get(), request, response, callback);
            default -> {
                closeUnlessRead(request, response);
                response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD, POST");
                Response.writeError(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
            }
        }
        return true;
    }

    /** Jetty's own thread does the same with what a handler leaves or throws. */
    private void passOn(Request request, Response response, Callback callback) {
        try {
            if (!super.handle(request, response, callback)) {
                Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            }
        } catch (Exception e) {
            failed(e);
            Response.writeError(request, response, callback, e);
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    private CompletableFuture<Outcome> receive(Target target, Request request) {
        try {
            Admission admission = access.admit(request, target.source(), target.secret());
            return admission instanceof Admitted admitted
                    ? accept(request, admitted)
                    : refused(Refusal.of(((Denied) admission).denial()));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Only the class is logged: a message may quote the request. */
    private static Outcome failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        LOG.error("answering a request failed: {}", cause.getClass().getName());
        LOG.debug("the failure in full", failure);
        return new Outcome.Refused(Refusal.INTERNAL);
    }

    private CompletableFuture<Outcome> accept(Request request, Admitted admitted) {
        Instant receivedAt = clock.instant();
        return bodies.read(request, admitted.source().bodyBytesMax())
                .thenCompose(body -> keep(body, request, admitted, receivedAt));
    }

    private CompletableFuture<Outcome> keep(Body body, Request request, Admitted admitted, Instant receivedAt) {
        if (body instanceof Body.NotTaken notTaken) {
            return refused(notTaken.refusal());
        }
        byte[] bytes = ((Body.Whole) body).bytes();
        Optional<Denial> denial = access.verify(admitted, request, bytes);
        if (denial.isPresent()) {
            return refused(Refusal.of(denial.get()));
        }
        Optional<String> contentType = Optional.ofNullable(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        return hedge.accept(
                new Webhook(admitted.source(), receiptIds.next(receivedAt), receivedAt, contentType, bytes).toEntry());
    }

    private static CompletableFuture<Outcome> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(new Outcome.Refused(refusal));
    }

    /** The one place that turns outcomes into answers. */
    private void answer(String source, Outcome outcome, Request request, Response response, Callback callback) {
        meters.count(outcome);
        if (outcome instanceof Outcome.Refused refused) {
            // Names that nobody has configured are the sender's, and there is no end of them.
            if (access.knows(source)) {
                sources.refused(source, refused.refusal().reason());
            }
            refuse(refused.refusal(), request, response, callback);
        } else {
            sources.accepted(source);
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
        }
    }

    private static void refuse(Refusal refusal, Request request, Response response, Callback callback) {
        closeUnlessRead(request, response);
        refusal.retryAfterSeconds().ifPresent(seconds -> response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds));
        refusal.problem().answer(response, callback);
    }

    /**
     * A connection on which the rest of a body is still to come is closed after the answer (RFC 9112 9.6), and its client must
     * be told: it would send the next request there.
     */
    private static void closeUnlessRead(Request request, Response response) {
        if (!request.consumeAvailable()) {
            response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
        }
    }

    /** Whether a post there would be taken; without a secret only whether the name is known. */
    private void probe(Target target, Request request, Response response, Callback callback) {
        Optional<Refusal> refusal;
        try {
            refusal = refusalOf(target, request);
        } catch (RuntimeException e) {
            failed(e);
            refusal = Optional.of(Refusal.INTERNAL);
        }
        if (refusal.isPresent()) {
            refuse(refusal.get(), request, response, callback);
        } else {
            response.setStatus(HttpStatus.OK_200);
            callback.succeeded();
        }
    }

    private Optional<Refusal> refusalOf(Target target, Request request) {
        if (target.secret().isEmpty()) {
            return access.knows(target.source()) ? Optional.empty() : Optional.of(Refusal.UNKNOWN_SOURCE);
        }
        return access.probe(request, target.source(), target.secret()) instanceof Denied denied
                ? Optional.of(Refusal.of(denied.denial()))
                : Optional.empty();
    }

    /**
     * What stands in the path: {@code /webhooks/<source>/<secret>}; without the secret for sources that sign. One slash
     * at the end does not matter.
     */
    private record Target(String source, Optional<String> secret) {

        static Optional<Target> of(String path) {
            if (!path.startsWith(PREFIX)) {
                return Optional.empty();
            }
            int end = path.endsWith("/") ? path.length() - 1 : path.length();
            int divider = path.indexOf('/', PREFIX.length());
            if (divider < 0 || divider >= end) {
                return part(path, PREFIX.length(), end).map(source -> new Target(source, Optional.empty()));
            }
            return part(path, PREFIX.length(), divider)
                    .flatMap(source ->
                            part(path, divider + 1, end).map(secret -> new Target(source, Optional.of(secret))));
        }

        private static Optional<String> part(String path, int begin, int end) {
            return begin < end && path.lastIndexOf('/', end - 1) < begin
                    ? Optional.of(path.substring(begin, end))
                    : Optional.empty();
        }
    }
}
