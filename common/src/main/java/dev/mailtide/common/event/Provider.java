package dev.mailtide.common.event;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A sender of webhooks, with what it is able to report: what it never reports is answered as null, not as 0. */
public enum Provider {
    /** Paubox reports no sends, clicks, complaints or unsubscribes, and does not tell machine opens from human ones. */
    PAUBOX(
            "paubox",
            MachineOpens.NOT_TOLD,
            EnumSet.of(EventKind.DELIVERED, EventKind.BOUNCED_SOFT, EventKind.BOUNCED_HARD, EventKind.OPENED));

    private final String wireName;
    private final MachineOpens machineOpens;

    @SuppressWarnings("ImmutableEnumChecker") // Set.copyOf makes it unmodifiable.
    private final Set<EventKind> reports;

    Provider(String wireName, MachineOpens machineOpens, Set<EventKind> reports) {
        this.machineOpens = machineOpens;
        this.wireName = wireName;
        this.reports = Set.copyOf(reports);
    }

    /** The name in settings, record headers and events. */
    public String wireName() {
        return wireName;
    }

    /** Whether events of this kind can come from this provider; those of kind unknown can come from any. */
    public boolean canReport(EventKind kind) {
        return kind == EventKind.UNKNOWN || reports.contains(kind);
    }

    /** Whether an open says if a machine made it. */
    public boolean tellsMachineOpens() {
        return machineOpens == MachineOpens.TOLD;
    }

    /** The provider of this name, in exactly this spelling. */
    public static Optional<Provider> named(String wireName) {
        for (Provider provider : values()) {
            if (provider.wireName.equals(wireName)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }

    private enum MachineOpens {
        TOLD,
        NOT_TOLD
    }
}
