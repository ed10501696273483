package dev.mailtide.processor.streams;

import java.util.Set;
import java.util.TreeSet;

/**
 * The topics that an application writes for others, and that must stay the same.
 *
 * @param streams hold each record once
 * @param tables hold the latest row of each key; the application has all rows, and publishes them again where it must
 */
public record Outputs(Set<String> streams, Set<String> tables) {

    /** Of an application whose outputs nobody needs to look after. */
    public static final Outputs NONE = new Outputs(Set.of(), Set.of());

    /** Copies the sets. */
    public Outputs {
        streams = Set.copyOf(streams);
        tables = Set.copyOf(tables);
    }

    Set<String> all() {
        Set<String> all = new TreeSet<>(streams);
        all.addAll(tables);
        return all;
    }
}
