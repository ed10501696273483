package dev.mailtide.processor.aggregate;

import java.util.Optional;

/**
 * What an event changes in where its message stands in the series. Two times say it for buckets of every size.
 *
 * @param from where the message no longer stands; nothing if it stood nowhere
 * @param to where it stands now; nothing if nowhere
 */
record SeriesMove(Optional<SeriesPlace> from, Optional<SeriesPlace> to) {

    /** The message stays where it is. */
    static final SeriesMove NONE = new SeriesMove(Optional.empty(), Optional.empty());

    static SeriesMove between(Facts before, Facts after) {
        Optional<SeriesPlace> from = before.place();
        Optional<SeriesPlace> to = after.place();
        return from.equals(to) ? NONE : new SeriesMove(from, to);
    }
}
