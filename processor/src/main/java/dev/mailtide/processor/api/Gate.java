package dev.mailtide.processor.api;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.tokens.AccessLog;
import dev.mailtide.processor.tokens.FailedTries;
import dev.mailtide.processor.tokens.Tokens;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * Stands before every path of the port: who asks, with a token in the header or in the cookie of the dashboard, is known from
 * here on as its {@link Caller}. What needs no token is listed here.
 */
public final class Gate {

    private static final Set<String> PROBES = Set.of("/livez", "/readyz", "/metrics");
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String SCHEME = "Bearer ";

    private final Admission admission;
    private final InternalGate internal;
    private final AccessLog log;
    private final SenderDomain absent;

    /**
     * Lets in who has a token.
     *
     * @param internalSecret opens what instances ask one another; without it, nothing does
     */
    public Gate(Tokens tokens, AccessLog log, Optional<Secret> internalSecret, SecureRandom random, Meters meters) {
        this.admission = new Admission(tokens, new FailedTries(System::nanoTime), meters);
        this.internal = new InternalGate(internalSecret, meters);
        this.log = log;
        byte[] name = new byte[16];
        random.nextBytes(name);
        // No host is ever called so (RFC 6761), and nobody can guess it and send events for it.
        this.absent = new SenderDomain("x" + HexFormat.of().formatHex(name) + ".invalid");
    }

    /** Puts it before every route, and adds those of the session. */
    public void addTo(RoutesConfig javalin) {
        // Without a pattern: one that a path escapes would open what is behind it.
        javalin.before(this::admit);
        new SessionRoutes(admission).addTo(javalin);
    }

    private void admit(Context request) {
        if (InternalGate.isFor(request)) {
            if (internal.isOpenFor(request)) {
                Caller.set(request, InstanceCaller.OURS);
            } else {
                request.skipRemainingHandlers();
            }
        } else if (!isOpen(request) && !isAdmitted(request)) {
            request.skipRemainingHandlers();
        }
    }

    private static boolean isOpen(Context request) {
        return PROBES.contains(request.path())
                || ContractRoutes.PATHS.contains(request.path())
                || DashboardRoutes.PATHS.contains(request.path())
                || SessionRoutes.isLogin(request);
    }

    private boolean isAdmitted(Context request) {
        String header = request.header("Authorization");
        boolean hasToken = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        Optional<String> token = header != null && hasToken
                ? Optional.of(header.substring(SCHEME.length()).strip())
                : SessionRoutes.tokenOf(request);
        if (token.isEmpty()) {
            Admission.noToken(request);
            return false;
        }
        if (!hasToken && !READING.contains(request.req().getMethod()) && !SessionRoutes.isOurs(request)) {
            crossSite(request);
            return false;
        }
        Optional<Tokens.Lookup.Known> known = admission.admit(request, token.get());
        known.ifPresent(whose -> Caller.set(
                request, new TokenCaller(whose, () -> admission.isInForce(token.get(), whose), log, absent, request)));
        return known.isPresent();
    }

    private static void crossSite(Context request) {
        new Problem(
                        403,
                        "cross-site",
                        "The request does not come from the dashboard",
                        "With the cookie, whatever changes something needs the header " + SessionRoutes.HEADER
                                + ", and the origin of this server.")
                .answer(request);
    }
}
