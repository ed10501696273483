package dev.mailtide.app.demo;

/** What to check when the webhook refuses a body for good. */
final class Refusal {
    private Refusal() {}

    static String line(int status) {
        return "the webhook answered " + status + ": " + check(status);
    }

    private static String check(int status) {
        return switch (status) {
            case 401 -> "its secret is not the one of up.json; check that --data is the folder of the running product";
            case 404 -> "it knows no such source; check the sources in its settings against webhookUrl in up.json";
            case 413 -> "a body of about 1 KiB is too large for it; check the limit for bodies in its settings";
            default -> "only 200, 429 and 503 are known here; check the log of the running product";
        };
    }
}
