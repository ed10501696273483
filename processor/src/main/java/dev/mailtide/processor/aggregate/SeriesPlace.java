package dev.mailtide.processor.aggregate;

/**
 * Where a message stands in the series: at the time of its earliest event that gives it a status, under its status now.
 *
 * @param earliestMillis that time, in milliseconds since 1970
 * @param standing that status
 */
record SeriesPlace(long earliestMillis, Standing standing) {}
