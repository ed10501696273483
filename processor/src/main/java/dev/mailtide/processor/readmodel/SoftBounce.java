package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.Fingerprint;
import java.util.Comparator;

/**
 * A message that bounced softly, by the latest such event of it.
 *
 * @param message the hash of its message id
 */
record SoftBounce(Fingerprint message, SuppressionMark mark) {

    /** The latest first. */
    static final Comparator<SoftBounce> ORDER = Comparator.comparing(SoftBounce::mark)
            .reversed()
            .thenComparing(bounce -> bounce.message().hex());
}
