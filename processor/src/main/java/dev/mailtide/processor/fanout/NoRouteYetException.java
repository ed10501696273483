package dev.mailtide.processor.fanout;

import java.util.Objects;
import java.util.stream.Stream;

/** A domain has no route yet, so its event must be processed again. Passes by itself, as soon as somebody writes routes. */
final class NoRouteYetException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NoRouteYetException(String message) {
        super(message);
    }

    /** Whether it is why a thread has failed. */
    static boolean isBehind(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(NoRouteYetException.class::isInstance);
    }
}
