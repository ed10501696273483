package dev.mailtide.processor.readmodel;

import dev.mailtide.common.event.EventKind;
import dev.mailtide.common.event.Fingerprint;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which events are asked for: the newest first.
 *
 * @param domain only those of this sender domain; without it, what else is asked for is looked for among all events
 * @param recipient only those of this recipient
 * @param message only those of the message with this hash of its id ({@link #hashOf})
 * @param kinds only those of these kinds; none means any
 * @param from only those that happened then or later
 * @param to only those that happened before
 * @param after only those behind this place of the list
 * @param limit how many at most, 1 or more
 */
public record EventQuery(
        Optional<SenderDomain> domain,
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

    /** The same for another page. */
    public EventQuery page(Optional<Place> behind, int rows) {
        return new EventQuery(domain, recipient, message, kinds, from, to, behind, rows);
    }

    /** The same of another domain. */
    public EventQuery of(Optional<SenderDomain> other) {
        return new EventQuery(other, recipient, message, kinds, from, to, after, limit);
    }

    /** What stands for a message id, without angle brackets, in a question to another instance. */
    public static Fingerprint hashOf(String messageId) {
        return EventHead.messageHash(messageId);
    }

    /** The list to go through: the shortest that has all of them. */
    EventList list() {
        return domain.isEmpty()
                ? new EventList(domain, Optional.empty(), Optional.empty())
                : new EventList(domain, message.isPresent() ? Optional.empty() : recipient, message);
    }

    /** Where to begin. */
    Optional<Place> begin() {
        Optional<Place> byTime = to.map(Place::before);
        return after.filter(place -> byTime.isEmpty() || place.compareTo(byTime.get()) >= 0)
                .or(() -> byTime);
    }

    boolean isTooOld(Place place) {
        return from.isPresent() && place.occurredMillis() < from.get().toEpochMilli();
    }

    boolean takes(StoredEvent event) {
        boolean isOfRecipient = recipient.isEmpty() || recipient.equals(event.recipient());
        boolean isOfMessage = message.isEmpty() || message.get().equals(event.message());
        return isOfRecipient && isOfMessage && (kinds.isEmpty() || kinds.contains(event.kind()));
    }
}
