package dev.mailtide.ingest.access;

/** Every reason for which somebody may not post. */
public enum Denial {
    /** No source has the name in the URL. */
    UNKNOWN_SOURCE,
    /** The last part of the URL is none of the source's secrets, or is missing. */
    WRONG_SECRET,
    /** The source has an allow-list, and the sender's address is not on it, or cannot be told. */
    ADDRESS_NOT_ALLOWED,
    /** More posts than the source may send. */
    RATE_LIMITED,
    /** The source signs, and a header of the signature is missing or there twice. */
    SIGNATURE_MISSING,
    /** The signature's time cannot be read, or is too far from ours. */
    SIGNATURE_TIMESTAMP,
    /** None of the signatures is over these bytes with one of the source's signing secrets. */
    SIGNATURE_WRONG
}
