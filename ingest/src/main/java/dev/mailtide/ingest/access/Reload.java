package dev.mailtide.ingest.access;

import dev.mailtide.common.settings.SettingsException;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changed settings over while the process runs. Everything is read anew at each look, files of secrets too, and
 * compared as a whole: times of files say too little (two changes in one tick, a link that is turned to another folder).
 * A change counts when two looks in a row have seen the same, so that a file that is just being written does not: half of
 * it may well be readable, and lack a source. What cannot be used changes nothing.
 */
final class Reload {

    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

    private final Supplier<AccessSettings> reader;
    private final Consumer<AccessSettings> use;
    private final Counter ok;
    private final Counter failed;
    private Reading seen;
    private volatile Reading decided;

    Reload(AccessSettings first, Supplier<AccessSettings> reader, Consumer<AccessSettings> use, AccessMeters meters) {
        this.reader = reader;
        this.use = use;
        this.ok = meters.reload("ok");
        this.failed = meters.reload("failed");
        this.seen = new Reading.Usable(first);
        this.decided = seen;
        meters.reloadFailing(() -> decided instanceof Reading.Unusable ? 1 : 0);
    }

    private sealed interface Reading {
        record Usable(AccessSettings settings) implements Reading {}

        record Unusable(List<String> problems) implements Reading {}
    }

    /** For one thread at a time. Never throws: the next look shall come. */
    void look() {
        Reading now = read();
        boolean settled = now.equals(seen);
        seen = now;
        if (settled && !now.equals(decided)) {
            decided = now;
            act(now);
        }
    }

    private Reading read() {
        try {
            return new Reading.Usable(reader.get());
        } catch (SettingsException e) {
            return new Reading.Unusable(e.problems());
        } catch (RuntimeException e) {
            // The text of an unforeseen exception may quote a setting.
            LOG.debug("reading the settings failed", e);
            return new Reading.Unusable(
                    List.of("reading them failed with " + e.getClass().getName()));
        }
    }

    private void act(Reading reading) {
        if (reading instanceof Reading.Usable usable) {
            use.accept(usable.settings());
            ok.increment();
            LOG.info(
                    "changed settings are in force; sources: {}",
                    String.join(
                            ", ",
                            usable.settings().sources().stream()
                                    .map(Source::name)
                                    .toList()));
        } else {
            failed.increment();
            LOG.error(
                    "changed settings cannot be used, and the ones before stay in force: {}",
                    String.join("; ", ((Reading.Unusable) reading).problems()));
        }
    }
}
