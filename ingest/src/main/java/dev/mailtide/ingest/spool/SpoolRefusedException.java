package dev.mailtide.ingest.spool;

/** The spool did not take an entry: nothing is promised about it. */
public final class SpoolRefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Reason {
        /** The quota, the reserve or the disk is used up. */
        FULL,
        /** The disk does not take writes; the spool tries again by itself. */
        FAILED,
        /** More waits for the disk than may wait. */
        BUSY,
        /** The spool is closed. */
        CLOSED
    }

    private final Reason reason;

    SpoolRefusedException(Reason reason, String message) {
        // Refusals come in thousands a second when a disk is full: no stack trace.
        super(message, null, false, false);
        this.reason = reason;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }
}
