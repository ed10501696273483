package dev.mailtide.common.run;

/** Something that is needed is taken or cannot be reached. The message is for a person, and says what to do. */
public final class ResourceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With the reason beneath it, for the debug log. */
    public ResourceException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without one. */
    public ResourceException(String message) {
        super(message);
    }
}
