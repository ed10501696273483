package dev.mailtide.processor.normalise;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Why a body gave no event: the code in the dead letter's headers and in metrics. */
public enum DeadReason {
    EMPTY,
    NOT_JSON,
    NOT_AN_OBJECT,
    UNKNOWN_PROVIDER,
    NO_EVENT_NAME,
    NO_PAYLOAD,
    NO_SENDER_DOMAIN,
    /** It begins like gzip and does not go on like it. */
    BAD_GZIP,
    /** Decompressed, it is larger than a body may be. */
    TOO_LARGE,
    /** Our own mistake: the body may be good. Worth an alert at the first one. */
    INTERNAL;

    /** For example {@code no-sender-domain}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The reason with this code, if there is one. */
    public static Optional<DeadReason> ofCode(String code) {
        return Arrays.stream(values())
                .filter(reason -> reason.code().equals(code))
                .findFirst();
    }

    /** {@code unreadable} where the body is to blame, {@code internal} where we are. */
    public String reasonClass() {
        return this == INTERNAL ? "internal" : "unreadable";
    }
}
