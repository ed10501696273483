package dev.mailtide.testkit.fold;

import java.util.Locale;

/** What happened, under the name of its counter. */
enum Kind {
    SENT("sent"),
    DELIVERED("delivered"),
    DEFERRED("deferred"),
    BOUNCED_SOFT("bouncedSoft"),
    BOUNCED_HARD("bouncedHard"),
    BOUNCED_UNDETERMINED("bouncedUndetermined"),
    DROPPED("dropped"),
    REJECTED("rejected"),
    FAILED("failed"),
    OPENED("opened"),
    CLICKED("clicked"),
    COMPLAINED("complained"),
    UNSUBSCRIBED("unsubscribed"),
    RESUBSCRIBED("resubscribed"),
    UNKNOWN("unknown");

    final String counter;

    Kind(String counter) {
        this.counter = counter;
    }

    static Kind ofPaubox(String eventName) {
        return switch (eventName.toLowerCase(Locale.ROOT)) {
            case "api_mail_log_delivered" -> DELIVERED;
            case "api_mail_log_temporary_failure" -> BOUNCED_SOFT;
            case "api_mail_log_permanent_failure" -> BOUNCED_HARD;
            case "api_mail_log_opened" -> OPENED;
            default -> UNKNOWN;
        };
    }
}
