package dev.mailtide.app.demo;

import java.util.List;
import java.util.Set;

/** The fields of a domain's answer that are compared, by JSON path. */
final class Fields {
    /** The cell of messages that were opened before, or in the very millisecond in which, they were delivered. */
    static final String CELL_OF_EARLY_OPENS = "timeToOpen.cells.0";

    static final String CELLS = "timeToOpen.cells.";

    /** What a story can add to, and the cell above. The rates' remaining numbers follow from these. */
    static final Set<String> COUNTED = Set.of(
            "messages.total",
            "messages.delivered",
            "messages.softBounced",
            "messages.hardBounced",
            "reactions.openedMessages",
            "events.delivered",
            "events.bouncedSoft",
            "events.bouncedHard",
            "events.opened",
            "events.unknown",
            "softRecovered",
            "rates.softBounce.of",
            "rates.open.of",
            "timeToOpen.count");

    static final List<String> MESSAGES_COUNTED =
            List.of("messages.total", "messages.delivered", "messages.softBounced", "messages.hardBounced");

    static final List<String> EVENTS_COUNTED =
            List.of("events.delivered", "events.bouncedSoft", "events.bouncedHard", "events.opened", "events.unknown");

    /** Statuses that Paubox cannot report: null, and never zero. */
    static final List<String> MESSAGES_UNREPORTED = List.of(
            "messages.pending",
            "messages.deferred",
            "messages.undeterminedBounced",
            "messages.failed",
            "messages.rejected",
            "messages.dropped");

    /** Everything else that Paubox cannot report. */
    static final List<String> OTHERS_UNREPORTED = List.of(
            "reactions.machineOnlyOpenedMessages",
            "reactions.clickedMessages",
            "reactions.complainedMessages",
            "reactions.unsubscribedMessages",
            "events.sent",
            "events.deferred",
            "events.bouncedUndetermined",
            "events.dropped",
            "events.rejected",
            "events.failed",
            "events.clicked",
            "events.complained",
            "events.unsubscribed",
            "events.resubscribed",
            "rates.complaint");

    private Fields() {}

    static boolean isCounted(String path) {
        return COUNTED.contains(path) || path.equals(CELL_OF_EARLY_OPENS);
    }

    static String ofGroup(String group, String path) {
        return "recipientGroups[" + group + "]." + path;
    }

    /** Whether the path may stand in an answer or not, depending on what was counted. */
    static boolean comesAndGoes(String path) {
        return path.startsWith(CELLS) || (path.startsWith("recipientGroups[") && path.contains("].messages."));
    }
}
