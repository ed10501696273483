package dev.mailtide.processor.aggregate;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What processors have to know that no record tells them. They are made before it can be asked for: until {@link #tell} was
 * called, nothing is known. Safe for use by several threads.
 */
final class Outside {

    private volatile Supplier<Optional<String>> tables = Optional::empty;
    private volatile Supplier<Optional<Instant>> countedUpTo = Optional::empty;

    Outside() {}

    /**
     * From now on it is known.
     *
     * @param tablesNow see {@link #tables()}
     * @param countedUpToNow see {@link #countedUpTo()}
     */
    void tell(Supplier<Optional<String>> tablesNow, Supplier<Optional<Instant>> countedUpToNow) {
        tables = tablesNow;
        countedUpTo = countedUpToNow;
    }

    /** The ids of the topics that hold the rows of totals and series, as one text; nothing while they are not known. */
    Optional<String> tables() {
        return tables.get();
    }

    /** Up to which append time everything is counted, of all partitions of the raw topic; nothing while it is not known. */
    Optional<Instant> countedUpTo() {
        return countedUpTo.get();
    }
}
