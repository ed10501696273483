package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import dev.mailtide.processor.api.RequestTexts.UnexpectedException;
import io.javalin.http.Context;

/** What is said of requests that are not as expected. */
final class Expected {

    private Expected() {}

    /** Answers a request, if that is as expected. */
    @FunctionalInterface
    interface Route {
        void answer() throws UnexpectedException;
    }

    /** Answers, or says with a 400 what was expected. */
    static void orSayWhat(Context request, Route route) {
        try {
            route.answer();
        } catch (UnexpectedException e) {
            new Problem(400, "bad-parameter", "A parameter is not as expected", String.valueOf(e.getMessage()))
                    .answer(request);
        }
    }

    static void noParameters(Context request) throws UnexpectedException {
        if (!request.queryParamMap().isEmpty()) {
            throw new UnexpectedException("Expected no parameters: what is meant stands in the body.");
        }
    }

    /** Answers that people's data is not answered, since that could not be written down. */
    static void notNoted(Context request) {
        request.header("Retry-After", "2");
        new Problem(
                        503,
                        "access-log-away",
                        "The access log cannot be written now",
                        "Each read of people's data is written down before it is answered. Ask again.")
                .answer(request);
    }
}
