package dev.mailtide.ingest;

import dev.mailtide.common.http.Problem;
import dev.mailtide.ingest.access.Denial;
import java.util.Locale;
import java.util.Optional;

/** Every reason for which a webhook is not accepted, with the answer that it gets. */
enum Refusal {
    UNKNOWN_SOURCE(404, "No such source", "Compare the URL with the one that the configuration names."),
    WRONG_SECRET(401, "Wrong secret", "The last part of the URL must be the source's secret."),
    ADDRESS_NOT_ALLOWED(403, "Not from this address", "The source has a list of addresses that may post."),
    RATE_LIMITED(429, "Too many posts of this source", "Post again in a second."),
    SIGNATURE_MISSING(401, "Not signed", "webhook-id, webhook-timestamp and webhook-signature are needed, each once."),
    SIGNATURE_TIMESTAMP(401, "Signed at another time", "Compare the clocks of both sides."),
    SIGNATURE_WRONG(401, "Wrong signature", "It must be made over the exact bytes with the source's signing secret."),
    BODY_TOO_LARGE(413, "The body is too large", "The limit is a setting of ingest, or of the source."),
    BODY_INCOMPLETE(
            400,
            "The body did not come whole",
            "The connection closed before its end, or its chunks are not written as RFC 9112 says."),
    BODY_TOO_SLOW(408, "The body came too slowly", "Send it faster; ingest.body-wait and its neighbours set the pace."),
    TOO_MANY_BODIES(503, "Too many bodies are on their way", "Post again later."),
    SPOOL_FULL(503, Refusal.NEITHER, "The spool is full. Post again later."),
    SPOOL_FAILED(503, Refusal.NEITHER, "The spool's disk does not take writes. Post again later."),
    SPOOL_BUSY(503, Refusal.NEITHER, "More waits for the spool's disk than may wait. Post again later."),
    STOPPING(503, Refusal.NEITHER, "This instance is stopping. Post again, to another one."),
    INTERNAL(500, "Something is wrong on our side", "Post again; the log has the reason.");

    private static final String NEITHER = "Neither Kafka nor the spool takes the body";

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

    /** What {@code Retry-After} says, if the same request can succeed later. */
    Optional<String> retryAfterSeconds() {
        return switch (status) {
            case 503 -> Optional.of("5");
            // The least rate is one in a second, so that there is room for another one then.
            case 429 -> Optional.of("1");
            default -> Optional.empty();
        };
    }

    static Refusal of(Denial denial) {
        return switch (denial) {
            case UNKNOWN_SOURCE -> UNKNOWN_SOURCE;
            case WRONG_SECRET -> WRONG_SECRET;
            case ADDRESS_NOT_ALLOWED -> ADDRESS_NOT_ALLOWED;
            case RATE_LIMITED -> RATE_LIMITED;
            case SIGNATURE_MISSING -> SIGNATURE_MISSING;
            case SIGNATURE_TIMESTAMP -> SIGNATURE_TIMESTAMP;
            case SIGNATURE_WRONG -> SIGNATURE_WRONG;
        };
    }

    /** The answer. */
    Problem problem() {
        return new Problem(status, reason(), title, detail);
    }
}
