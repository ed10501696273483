package dev.mailtide.processor.api;

import dev.mailtide.common.http.BearerToken;
import dev.mailtide.common.http.Problem;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.processor.peers.Peers;
import io.javalin.http.Context;
import java.util.Optional;

/** Lets in what comes from another instance: whoever shows the secret that all instances have in common. */
final class InternalGate {

    private final Optional<BearerToken> secret;
    private final InternalMeters meters;

    InternalGate(Optional<Secret> secret, InternalMeters meters) {
        this.secret = secret.map(BearerToken::new);
        this.meters = meters;
    }

    /** Whether a request wants to go through here. */
    static boolean isFor(Context request) {
        return request.path().startsWith(Peers.PREFIX + "/");
    }

    /** Answers 401 without the secret; where none is set, always. */
    void requireSecret(Context request) {
        if (secret.filter(own -> own.isIn(request)).isEmpty()) {
            meters.refused();
            new Problem(
                            401,
                            "no-internal-secret",
                            "This path is for other instances",
                            "All instances need the same internal-secret.")
                    .answer(request);
            request.skipRemainingHandlers();
        }
    }
}
