package dev.mailtide.ingest.spool;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** How often a disk that cannot be read is asked again, and when that is worth a line in the log. For one thread. */
final class ReadFailures {

    /** What to do about a failure. */
    enum Verdict {
        TRY_AGAIN_AND_SAY_SO,
        TRY_AGAIN,
        GIVE_UP
    }

    private static final int ATTEMPTS = 3;

    private int attempts;
    private boolean told;

    /** Something could be read. */
    void over() {
        attempts = 0;
        told = false;
    }

    /** Something could not. */
    Verdict after(IOException e) {
        // This says nothing about the segment, and nothing would be gained by going on with the next.
        boolean counts = !String.valueOf(e.getMessage()).contains("Too many open files");
        attempts += counts ? 1 : 0;
        if (e instanceof NoSuchFileException || attempts >= ATTEMPTS) {
            over();
            return Verdict.GIVE_UP;
        }
        Verdict verdict = told ? Verdict.TRY_AGAIN : Verdict.TRY_AGAIN_AND_SAY_SO;
        told = true;
        return verdict;
    }
}
