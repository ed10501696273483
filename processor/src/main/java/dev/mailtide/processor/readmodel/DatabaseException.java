package dev.mailtide.processor.readmodel;

/** A database could not be opened, read or written. */
final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
