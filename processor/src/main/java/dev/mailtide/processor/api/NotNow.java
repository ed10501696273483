package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import io.javalin.http.Context;

/** Answers 503, each with a reason: the same question is good a moment later. */
final class NotNow {

    private static final String RETRY_AFTER_SECONDS = "2";

    private NotNow() {}

    /** Answers with this reason. */
    static void because(Context request, String code, String title, String detail) {
        request.header("Retry-After", RETRY_AFTER_SECONDS);
        new Problem(503, code, title, detail).answer(request);
    }

    /** Nobody who could be asked holds the answer. */
    static void notHere(Context request) {
        because(
                request,
                "not-here",
                "The state that holds the answer cannot be asked now",
                "It is being restored or moved, or the instance that has it does not answer. Ask again.");
    }

    /** People's data is not answered, since that could not be written down. */
    static void notNoted(Context request) {
        because(
                request,
                "access-log-away",
                "The access log cannot be written now",
                "Each read of people's data is written down before it is answered, and Kafka does not take it. Ask again.");
    }
}
