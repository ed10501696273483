package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.Secret;
import java.util.Optional;

/**
 * The secrets that are good at present: two while one is being replaced by the other.
 *
 * @param current the one to use from now on
 * @param previous the one that is still accepted, until nobody uses it any more
 */
public record SecretPair(Optional<Secret> current, Optional<Secret> previous) {

    /** Good for nothing: no secret at all. */
    static final SecretPair NONE = new SecretPair(Optional.empty(), Optional.empty());

    /** One of the two. */
    enum Which {
        CURRENT,
        PREVIOUS
    }
}
