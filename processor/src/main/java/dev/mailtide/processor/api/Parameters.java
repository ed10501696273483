package dev.mailtide.processor.api;

import dev.mailtide.common.http.Problem;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What every question asks of the parameters of its request. */
final class Parameters {

    private Parameters() {}

    /** Whether there are only these, each once at most; if not, the request is answered. */
    static boolean areOnly(Context request, Set<String> known) {
        for (var parameter : request.queryParamMap().entrySet()) {
            if (!known.contains(parameter.getKey()) || parameter.getValue().size() != 1) {
                unexpected(request, expected(known));
                return false;
            }
        }
        return true;
    }

    /** What is said to somebody who gave others, or one of these twice. */
    static String expected(Set<String> known) {
        return known.isEmpty()
                ? "Expected no parameters."
                : "Expected each of " + String.join(", ", new TreeSet<>(known))
                        + " once at most, and no other parameter.";
    }

    /** Answers 400, and makes no question. */
    static <T> Optional<T> unexpected(Context request, String expected) {
        new Problem(400, "bad-parameter", "A parameter is not as expected", expected).answer(request);
        return Optional.empty();
    }
}
