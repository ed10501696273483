package dev.mailtide.ingest.access;

import java.util.List;
import java.util.Optional;

/**
 * What a request shows of who posts, before its body is read.
 *
 * @param source the name in the URL
 * @param secret what stands behind it, if anything does
 * @param peer the other end of the connection, as an address
 * @param forwardedFor the values of {@code X-Forwarded-For}, in their order
 */
record Attempt(String source, Optional<String> secret, String peer, List<String> forwardedFor) {

    /** Copies the list. */
    Attempt {
        forwardedFor = List.copyOf(forwardedFor);
    }
}
