package dev.mailtide.app.demo;

/** One thing that happens to a message, as Paubox names it. */
enum Step {
    DELIVERED("api_mail_log_delivered"),
    SOFT_BOUNCE("api_mail_log_temporary_failure"),
    HARD_BOUNCE("api_mail_log_permanent_failure"),
    OPENED("api_mail_log_opened"),
    FOREIGN("inbound_mail_received");

    private final String eventName;

    Step(String eventName) {
        this.eventName = eventName;
    }

    String eventName() {
        return eventName;
    }
}
