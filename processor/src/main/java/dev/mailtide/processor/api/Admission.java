package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import dev.mailtide.common.run.Meters;
import dev.mailtide.processor.tokens.FailedTries;
import dev.mailtide.processor.tokens.Tokens;
import dev.mailtide.processor.tokens.Tokens.Lookup;
import dev.mailtide.processor.tokens.Tokens.Lookup.Known;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import java.util.Optional;

/** Decides whether a token opens anything, and slows down who tries. */
final class Admission {

    private final Tokens tokens;
    private final FailedTries tries;
    private final Counter unknown;
    private final Counter tooMany;

    Admission(Tokens tokens, FailedTries tries, Meters meters) {
        this.tokens = tokens;
        this.tries = tries;
        this.unknown = refused(meters, "unknown");
        this.tooMany = refused(meters, "too-many-tries");
    }

    private static Counter refused(Meters meters, String reason) {
        return meters.counter(
                "mailtide.processor.tokens.refused", "Requests whose token opens nothing", "reason", reason);
    }

    /** Whose token it is; nothing if it opens nothing, and the request is answered. */
    Optional<Known> admit(Context request, String candidate) {
        String address = request.ip();
        if (!tries.mayTry(address, candidate)) {
            tooMany.increment();
            request.header("Retry-After", "1");
            new Problem(
                            429,
                            "too-many-tries",
                            "Too many tokens from this address were none",
                            "Wait, and check the token.")
                    .answer(request);
            return Optional.empty();
        }
        Lookup found = tokens.find(candidate);
        if (found instanceof Known known) {
            tries.succeeded(address, candidate);
            return Optional.of(known);
        }
        if (found instanceof Lookup.NotYet) {
            request.header("Retry-After", "2");
            new Problem(503, "tokens-not-read", "The tokens have not been read yet", "Kafka is being asked. Ask again.")
                    .answer(request);
            return Optional.empty();
        }
        unknown.increment();
        tries.failed(address, candidate);
        noToken(request);
        return Optional.empty();
    }

    /** Whether a token that was let in opens the same as then. */
    boolean isInForce(String candidate, Known asThen) {
        return tokens.find(candidate).equals(asThen);
    }

    /** Answers that a token is needed. */
    static void noToken(Context request) {
        request.header("WWW-Authenticate", "Bearer");
        new Problem(401, "no-token", "The request carries no valid token", "Send it as Authorization: Bearer mt_... .")
                .answer(request);
    }
}
