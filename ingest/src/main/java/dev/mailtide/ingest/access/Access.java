package dev.mailtide.ingest.access;

import dev.mailtide.common.run.Meters;
import dev.mailtide.ingest.access.Admission.Admitted;
import dev.mailtide.ingest.access.StandardWebhooks.Verdict;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Request;

/**
 * Who may post. A request is asked twice: before its body is read ({@link #admit}) and when its bytes are here
 * ({@link #verify}). Neither an unknown name nor a wrong secret can be told by the time that the answer takes.
 */
public final class Access implements AutoCloseable {

    private final AccessMeters meters;
    private final TimeMeter time;
    private final InstantSource clock;
    private final SignatureHeaders signatureHeaders = new SignatureHeaders();
    private final ScheduledExecutorService reloads =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "ingest-reload"));
    private volatile Gates gates;

    private Access(AccessSettings settings, Meters meters, InstantSource clock, TimeMeter time) {
        this.meters = new AccessMeters(meters);
        this.time = time;
        this.clock = clock;
        this.gates = Gates.first(settings, this.meters, time);
    }

    /**
     * With these settings, until others are read.
     *
     * @param reader reads the settings anew, or throws a {@link dev.mailtide.common.settings.SettingsException}; called
     *     by a thread of its own every {@link AccessSettings#reloadEvery()}
     * @param clock for the times of signatures
     */
    public static Access start(
            AccessSettings settings, Supplier<AccessSettings> reader, Meters meters, InstantSource clock) {
        Access access = new Access(settings, meters, clock, TimeMeter.SYSTEM_NANOTIME);
        access.reloadFrom(settings, reader);
        return access;
    }

    /** Without the reload. */
    static Access unchanging(AccessSettings settings, Meters meters, InstantSource clock, TimeMeter time) {
        return new Access(settings, meters, clock, time);
    }

    private void reloadFrom(AccessSettings first, Supplier<AccessSettings> reader) {
        Reload reload = new Reload(first, reader, this::use, meters);
        Duration every = first.reloadEvery();
        var unused =
                reloads.scheduleWithFixedDelay(reload::look, every.toNanos(), every.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** From now on these; a request that is under way ends under those it began with. */
    void use(AccessSettings settings) {
        gates = gates.replacedBy(settings, meters, time);
    }

    /** Whether someone of this name may post at all. */
    public boolean knows(String source) {
        return gates.knows(source);
    }

    /** Whether a request with this in its URL would be admitted. Counts nothing and takes nothing of the rate. */
    public Admission probe(Request request, String source, Optional<String> secret) {
        return probe(attempt(request, source, secret));
    }

    Admission probe(Attempt attempt) {
        return gates.look(attempt);
    }

    /** Whether the request may go on to its body. */
    public Admission admit(Request request, String source, Optional<String> secret) {
        return admit(attempt(request, source, secret));
    }

    Admission admit(Attempt attempt) {
        Admission admission = gates.look(attempt);
        if (admission instanceof Admitted admitted && admitted.secret().isPresent()) {
            admitted.gate().countUrlSecret(admitted.secret().get());
            return admitted.gate().hasRoom() ? admitted : new Admission.Denied(Denial.RATE_LIMITED);
        }
        return admission;
    }

    /** Why the post is not accepted after all, if it is not. */
    public Optional<Denial> verify(Admitted admitted, Request request, byte[] body) {
        Optional<Denial> denial = admitted.gate().signatures().isPresent()
                ? verify(admitted, signedHeaders(request), body)
                : Optional.empty();
        if (denial.isEmpty()) {
            noticeSignatures(admitted.gate(), request.getHeaders().getFieldNamesCollection());
        }
        return denial;
    }

    Optional<Denial> verify(Admitted admitted, Optional<SignedHeaders> headers, byte[] body) {
        if (headers.isEmpty()) {
            return Optional.of(Denial.SIGNATURE_MISSING);
        }
        Verdict verdict = admitted.gate().signatures().orElseThrow().check(headers.get(), body, clock.instant());
        if (verdict instanceof Verdict.Doubtful doubtful) {
            return Optional.of(doubtful.denial());
        }
        admitted.gate().countSigningSecret((Verdict.Genuine) verdict);
        // Strangers must not use up the rate: without a secret in the URL, only now is it known who posts.
        boolean hasRoom = admitted.secret().isPresent() || admitted.gate().hasRoom();
        return hasRoom ? Optional.empty() : Optional.of(Denial.RATE_LIMITED);
    }

    void noticeSignatures(Gate gate, Iterable<String> headers) {
        if (signatureHeaders.notice(gate.source().name(), headers, gate.knownSignatureHeader())) {
            gate.countUnknownSignature();
        }
    }

    private static Attempt attempt(Request request, String source, Optional<String> secret) {
        return new Attempt(
                source,
                secret,
                Request.getRemoteAddr(request),
                request.getHeaders().getValuesList("X-Forwarded-For"));
    }

    private static Optional<SignedHeaders> signedHeaders(Request request) {
        Optional<String> id = single(request, SignedHeaders.ID);
        Optional<String> timestamp = single(request, SignedHeaders.TIMESTAMP);
        Optional<String> signatures = single(request, SignedHeaders.SIGNATURE);
        return id.isPresent() && timestamp.isPresent() && signatures.isPresent()
                ? Optional.of(new SignedHeaders(id.get(), timestamp.get(), signatures.get()))
                : Optional.empty();
    }

    /** The value of a header that is there once: of two, nobody can say which one was signed. */
    private static Optional<String> single(Request request, String header) {
        List<String> values = request.getHeaders().getValuesList(header);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    @Override
    public void close() {
        reloads.shutdownNow();
    }
}
