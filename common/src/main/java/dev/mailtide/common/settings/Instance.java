package dev.mailtide.common.settings;

import dev.mailtide.common.settings.Setting.TextRule;

/** The name of a process among those of its role. Every role has the same setting for it. */
public final class Instance {

    /** One for each process, and the same after a restart. */
    public static final Setting<String> SETTING = Setting.text(
            "instance",
            "mailtide-1",
            TextRule.matching("[A-Za-z0-9._-]{1,100}", "1 to 100 of A-Z a-z 0-9 . _ -"),
            "Name of this process among those of the same role: different for each, and the same after a restart.");

    private Instance() {}
}
