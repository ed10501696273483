package dev.mailtide.ingest.spool;

/** What becomes of a segment in which nothing is left to be drained. */
enum Fate {
    /** It is deleted after the grace. */
    LET_GO,
    /** It holds something that could not be written aside, so it is moved to there whole. */
    KEEP_WHOLE
}
