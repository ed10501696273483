package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events of a domain are asked for: the newest first.
 *
 * @param recipient only those of this recipient
 * @param message only those of the message with this hash of its id ({@link #hashOf})
 * @param kinds only those of these kinds; none means any
 * @param from only those that happened then or later
 * @param to only those that happened before
 * @param after only those behind this place of the list
 * @param limit how many at most, 1 or more
 */
public record EventQuery(
        SenderDomain domain,
        Optional<RecipientKey> recipient,
        Optional<Fingerprint> message,
        Set<EventKind> kinds,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<Place> after,
        int limit) {

    /** Copies the set. */
    public EventQuery {
        kinds = Set.copyOf(kinds);
    }

    /** What stands for a message id, without angle brackets, in a question to another instance. */
    public static Fingerprint hashOf(String messageId) {
        return EventHead.messageHash(messageId);
    }

    /** The list to go through: the shortest that has all of them. */
    EventList list() {
        return new EventList(domain, message.isPresent() ? Optional.empty() : recipient, message);
    }

    /** Where to begin. */
    Optional<Place> begin() {
        // Comes before all events of the millisecond before the end.
        Optional<Place> byTime = to.map(end -> new Place(end.toEpochMilli(), Place.LAST_ID));
        return after.filter(place -> byTime.isEmpty() || place.compareTo(byTime.get()) >= 0)
                .or(() -> byTime);
    }

    boolean isTooOld(Place place) {
        return from.isPresent() && place.occurredMillis() < from.get().toEpochMilli();
    }

    boolean takes(StoredEvent event) {
        boolean isOfRecipient = recipient.isEmpty() || recipient.equals(event.recipient());
        return isOfRecipient && (kinds.isEmpty() || kinds.contains(event.kind()));
    }
}
