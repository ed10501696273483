package dev.mailtide.processor.api;

import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.peers.Peers;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.util.Optional;

/** Lets in what comes from another instance: whoever shows the secret that all instances have in common. */
final class InternalGate {

    private final Optional<BearerToken> secret;
    private final Counter refused;

    InternalGate(Optional<Secret> secret, Meters meters) {
        this.secret = secret.map(BearerToken::new);
        this.refused = InternalMeters.counter(meters, "refused");
    }

    /** Whether a request wants to go through here. */
    static boolean isFor(Context request) {
        return request.path().startsWith(Peers.PREFIX + "/");
    }

    /** Whether the secret is shown; if not, the request is answered 401. Where none is set, it never is. */
    boolean isOpenFor(Context request) {
        if (secret.filter(own -> own.isIn(request)).isPresent()) {
            return true;
        }
        refused.increment();
        new Problem(
                        401,
                        "no-internal-secret",
                        "This path is for other instances",
                        "All instances need the same internal-secret.")
                .answer(request);
        return false;
    }
}
