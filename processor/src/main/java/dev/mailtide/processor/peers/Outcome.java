package dev.mailtide.processor.peers;

/** What came of asking another instance. */
enum Outcome {
    /** It counts the answer, and gave it. */
    ACTIVE("active"),
    /** It keeps a copy, and gave what that holds. */
    STANDBY("standby"),
    /** It holds nothing of it now. */
    NOT_HERE("not-here"),
    /** It does not know the secret, or another one. */
    REFUSED("refused"),
    /** It takes the question to be wrong, though this one does not: it may be another version. */
    BAD_QUESTION("bad-question"),
    /** It answered with more than an answer may have. */
    TOO_LARGE("too-large"),
    /** It answered with something that is no answer: it may be another version, or something else altogether. */
    UNREADABLE("unreadable"),
    /** It could not be reached, or did not answer in time. */
    NO_ANSWER("no-answer"),
    /** So many questions are open that it was not asked, or so much is heard at once that there was no room for its answer. */
    BUSY("busy"),
    /** This instance has no internal secret, and so asks nobody. */
    NO_SECRET("no-secret");

    private final String label;

    Outcome(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Whether a person should hear of it. That state moves is a part of working. */
    boolean isFailure() {
        return compareTo(NOT_HERE) > 0;
    }
}
