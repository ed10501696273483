package dev.mailtide.processor.api;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.processor.definitions.RateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the answers of the query API can be told.
 *
 * @param rates from where on a rate is bad
 * @param silentAfter a source of which nothing was heard for so long is called silent
 */
public record ApiSettings(RateLimits rates, Duration silentAfter) {

    /** What holds where nothing is set. */
    public static final ApiSettings DEFAULT = new ApiSettings(RateLimits.DEFAULT, Duration.ofHours(1));

    private static final Setting<Duration> SILENT_AFTER = Setting.duration(
            "sources.silent-after",
            "1h",
            Duration.ofMinutes(1),
            Duration.ofDays(90),
            "A source of which nothing was heard for so long is called silent in /v1/sources.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = all();

    private static List<Setting<?>> all() {
        List<Setting<?>> all = new ArrayList<>(RateLimits.ALL);
        all.add(SILENT_AFTER);
        return List.copyOf(all);
    }

    /** Reads them; problems are noted in the reader. */
    public static ApiSettings read(SettingsReader reader) {
        return new ApiSettings(RateLimits.read(reader), reader.read(SILENT_AFTER));
    }
}
