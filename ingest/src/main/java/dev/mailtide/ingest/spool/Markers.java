package dev.mailtide.ingest.spool;

import java.security.SecureRandom;

/** Markers for segments: who sends a body cannot know the one that it is stored with. Safe for use by several threads. */
final class Markers {

    private final SecureRandom random = new SecureRandom();

    /** Never 0, which is what an empty file system block looks like. */
    long next() {
        long marker = random.nextLong();
        return marker == 0 ? 1 : marker;
    }
}
