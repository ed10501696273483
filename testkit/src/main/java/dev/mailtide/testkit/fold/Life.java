package dev.mailtide.testkit.fold;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One message to one recipient, from its first event until it has been silent for too long. */
final class Life {

    private final Event.Row row;
    private final Map<String, Event> byFingerprint = new LinkedHashMap<>();
    private Instant lastHeardOf;

    Life(Event first) {
        this.row = first.row();
        this.lastHeardOf = first.raw().appendTime();
    }

    boolean isOverAt(Instant appendTime, Duration rememberFor) {
        return appendTime.isAfter(lastHeardOf.plus(rememberFor));
    }

    /** A copy of an event changes nothing, but it shows that the message lives. */
    void hears(Event event) {
        byFingerprint.putIfAbsent(event.fingerprint(), event);
        Instant appended = event.raw().appendTime();
        lastHeardOf = appended.isAfter(lastHeardOf) ? appended : lastHeardOf;
    }

    Event.Row row() {
        return row;
    }

    Collection<Event> distinct() {
        return byFingerprint.values();
    }

    boolean hasAny(Kind... kinds) {
        return Set.of(kinds).stream().anyMatch(this.kinds()::contains);
    }

    Optional<Status> status() {
        return Status.of(kinds());
    }

    boolean is(Status status) {
        return status().equals(Optional.of(status));
    }

    /** All events of a row have the same recipient, and so the same group. */
    String recipientGroup() {
        return distinct().iterator().next().recipientGroup();
    }

    Instant lastHeardOf() {
        return lastHeardOf;
    }

    /** When it began, for a life that has a status: what says nothing about delivery began nothing. */
    Instant beginning() {
        return distinct().stream()
                .filter(event -> Status.of(Set.of(event.kind())).isPresent())
                .map(Event::occurredAt)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    Optional<Instant> first(Kind kind) {
        return distinct().stream()
                .filter(event -> event.kind() == kind)
                .map(Event::occurredAt)
                .min(Comparator.naturalOrder());
    }

    private Set<Kind> kinds() {
        Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        distinct().forEach(event -> kinds.add(event.kind()));
        return kinds;
    }
}
