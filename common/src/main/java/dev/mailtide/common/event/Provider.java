package dev.mailtide.common.event;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A sender of webhooks, with what it is able to report: what it never reports is answered as null, not as 0. */
public enum Provider {
    /** Paubox reports no sends, clicks, complaints or unsubscribes, and does not tell machine opens from human ones. */
    PAUBOX("paubox", EnumSet.of(EventKind.DELIVERED, EventKind.BOUNCED_SOFT, EventKind.BOUNCED_HARD, EventKind.OPENED));

    private final String wireName;

    @SuppressWarnings("ImmutableEnumChecker") // Set.copyOf makes it unmodifiable.
    private final Set<EventKind> reports;

    Provider(String wireName, Set<EventKind> reports) {
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

    /** The provider of this name, in exactly this spelling. */
    public static Optional<Provider> named(String wireName) {
        for (Provider provider : values()) {
            if (provider.wireName.equals(wireName)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }
}
