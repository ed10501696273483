package dev.mailtide.processor.api;

import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.privacy.FieldPolicy;

/** What somebody sees of events who may not see recipients. */
final class Masked {

    private Masked() {}

    /** The policy of all answers, with the recipient masked; one that hides more of it stays. */
    static EventPolicy of(EventPolicy full) {
        return full.recipient().equals(FieldPolicy.KEEP)
                ? new EventPolicy(FieldPolicy.MASK, full.subject(), full.customHeaders(), full.ip(), full.userAgent())
                : full;
    }
}
