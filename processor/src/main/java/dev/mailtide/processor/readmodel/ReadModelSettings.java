package dev.mailtide.processor.readmodel;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.util.List;

/**
 * What the read model can be told.
 *
 * @param isOn whether this process has one; without it, it asks others for lists of events and suppressions
 * @param softBouncesMin from how many messages on soft bounces are a reason against somebody
 */
public record ReadModelSettings(boolean isOn, int softBouncesMin) {

    /** What holds where nothing is set. */
    public static final ReadModelSettings DEFAULT = new ReadModelSettings(true, 3);

    private static final Setting<String> ON = Setting.text(
            "read-model.enabled",
            "true",
            TextRule.matching("true|false", "true or false"),
            "Whether this process keeps events on its disk for lists, search and suppressions. Without it, it asks the others.");
    private static final Setting<Integer> SOFT_BOUNCES = Setting.number(
            "read-model.soft-bounces",
            DEFAULT.softBouncesMin,
            1,
            SuppressionRow.SOFT_BOUNCES_MAX,
            "From how many messages on, that bounced softly and with no delivery after them, a recipient is a candidate for suppression.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = List.of(ON, SOFT_BOUNCES);

    /** Reads them; problems are noted in the reader. */
    public static ReadModelSettings read(SettingsReader reader) {
        return new ReadModelSettings(Boolean.parseBoolean(reader.read(ON)), reader.read(SOFT_BOUNCES));
    }
}
