package dev.mailtide.processor.aggregate;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What processors have to know that no record tells them. They are made before it can be asked for: until {@link #tell} was
 * called, nothing is known. Safe for use by several threads.
 */
final class Outside {

    private volatile Supplier<Optional<String>> tables = Optional::empty;

    Outside() {}

    /** @param tablesNow see {@link #tables()} */
    void tell(Supplier<Optional<String>> tablesNow) {
        tables = tablesNow;
    }

    /** The ids of the topics that hold the rows of totals and series, as one text; nothing while they are not known. */
    Optional<String> tables() {
        return tables.get();
    }
}
