package dev.mailtide.common.topic;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.Setting.TextRule;
import dev.mailtide.common.settings.SettingsReader;
import java.util.List;

/** The settings from which {@link Topics} are made: the same for every role of an installation. */
public final class TopicSettings {

    private static final TextRule PREFIX_RULE = TextRule.matching(
            "[a-z0-9-]{1,30}(\\.[a-z0-9-]{1,30}){0,2}\\.", "lower-case words, each followed by a dot");

    private static final Setting<String> PREFIX =
            Setting.text("topics.prefix", "email.", PREFIX_RULE, "Goes before the name of every topic.");
    private static final Setting<Integer> PARTITIONS = Setting.number(
            "topics.partitions",
            8,
            1,
            1000,
            "Partitions of the raw, events and dead-letter topics and of the internal ones. Fixed once the topics are there.");
    private static final Setting<Integer> COMPACTED = Setting.number(
            "topics.partitions-compacted",
            4,
            1,
            1000,
            "Partitions of compacted topics. Fixed once the topics are there.");
    private static final Setting<Integer> OVERFLOW = Setting.number(
            "topics.partitions-overflow",
            4,
            1,
            1000,
            "Partitions of the overflow topic. Fixed once the topic is there.");
    private static final Setting<Integer> OWN =
            Setting.number("topics.partitions-own", 1, 1, 100, "Partitions of a domain's own topic.");
    private static final Setting<Integer> REPLICATION = Setting.number(
            "topics.replication",
            1,
            1,
            9,
            "Copies of each partition. Use 3 on a cluster of three or more brokers; with 1, the raw topic is fsynced on each append.");

    /** All of them, for the documentation. */
    public static final List<Setting<?>> ALL = List.of(PREFIX, PARTITIONS, COMPACTED, OVERFLOW, OWN, REPLICATION);

    private TopicSettings() {}

    /** The topics that the settings describe. */
    public static Topics read(SettingsReader reader) {
        TopicSizes sizes = new TopicSizes(
                reader.read(PARTITIONS),
                reader.read(COMPACTED),
                reader.read(OVERFLOW),
                reader.read(OWN),
                reader.read(REPLICATION).shortValue());
        return new Topics(reader.read(PREFIX), sizes);
    }
}
