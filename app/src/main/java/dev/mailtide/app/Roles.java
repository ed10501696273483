package dev.mailtide.app;

import dev.mailtide.common.settings.Setting;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.ingest.access.AccessSettings;
import dev.mailtide.processor.ProcessorSettings;
import java.util.ArrayList;
import java.util.List;

/** Which settings belong to which role. One file may serve all roles, so each knows the keys of the others. */
final class Roles {

    private Roles() {}

    enum Role {
        INGEST,
        PROCESSOR
    }

    /** Every setting there is, in the order of the documentation. */
    static List<Setting<?>> settings() {
        List<Setting<?>> all = new ArrayList<>(IngestSettings.ALL);
        all.addAll(AccessSettings.ALL);
        all.addAll(ProcessorSettings.ALL);
        all.addAll(TopicSettings.ALL);
        return all;
    }

    /** Ends the reading for one role: the keys of the other role are known, though nobody asked for them. */
    static void finish(Role role, SettingsReader reader) {
        if (role == Role.INGEST) {
            ProcessorSettings.ALL.forEach(reader::ignore);
        } else {
            IngestSettings.ignore(reader);
        }
        reader.finish();
    }

    /**
     * Reads who may post, for the reload, and looks at no other value: an expired certificate must not keep a leaked secret
     * in force. A key that nobody knows is a problem all the same, since it may be a misspelt one of these.
     *
     * @param bodyBytesMax the limit that is in force, which no source may exceed
     */
    static AccessSettings whoMayPost(SettingsReader reader, int bodyBytesMax) {
        settings().forEach(reader::ignore);
        AccessSettings access = AccessSettings.read(reader, bodyBytesMax);
        reader.finish();
        return access;
    }
}
