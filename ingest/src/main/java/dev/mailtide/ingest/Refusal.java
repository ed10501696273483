package dev.mailtide.ingest;

import dev.mailtide.common.http.Problem;
import java.util.Locale;

/** Every reason for which a webhook is not accepted, with the answer that it gets. */
enum Refusal {
    UNKNOWN_SOURCE(404, "No such source", "Compare the URL with the one that the configuration names."),
    WRONG_SECRET(401, "Wrong secret", "The last part of the URL must be the source's secret."),
    BODY_TOO_LARGE(413, "The body is too large", "The limit is the setting ingest.body-bytes-max."),
    BODY_INCOMPLETE(400, "The body ended early", "The connection closed before the whole body was here."),
    QUEUE_FULL(503, "Too much is waiting for Kafka", "Post again later."),
    KAFKA_SLOW(
            503, "Kafka has not confirmed in time", "Post again; a copy that was stored all the same is counted once."),
    KAFKA_UNAVAILABLE(503, "Kafka does not take the body", "Post again later.");

    private final int status;
    private final String title;
    private final String detail;

    Refusal(int status, String title, String detail) {
        this.status = status;
        this.title = title;
        this.detail = detail;
    }

    /** The reason in metrics, and the problem's code. */
    String reason() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the same request can succeed later: then the answer has a {@code Retry-After}. */
    boolean passes() {
        return status == 503;
    }

    /** The answer. */
    Problem problem() {
        return new Problem(status, reason(), title, detail);
    }
}
