package dev.mailtide.processor.aggregate;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What messages are counted by. Which of these a message counts in is a function of its facts alone. The order is part
 * of the stored formats: new counts go to the end.
 */
enum MessageCount {
    TOTAL,
    PENDING,
    DEFERRED,
    SOFT_BOUNCED,
    UNDETERMINED_BOUNCED,
    DELIVERED,
    FAILED,
    REJECTED,
    DROPPED,
    HARD_BOUNCED,
    /** Opened by a person at least once. */
    OPENED,
    /** Opened, and by machines only. */
    MACHINE_ONLY_OPENED,
    CLICKED,
    COMPLAINED,
    UNSUBSCRIBED,
    /** At least one soft bounce or deferral. */
    SOFT_AFFECTED,
    /** The same, and delivered all the same. */
    SOFT_RECOVERED,
    /** Opened, and its status is delivered: what the open rate counts. */
    OPENED_DELIVERED,
    /** Complained about, and its status is delivered: what the complaint rate counts. */
    COMPLAINED_DELIVERED;

    static MessageCount of(Standing standing) {
        return valueOf(standing.name());
    }

    /** All that a message with these facts counts in; none if it has no status. */
    static Set<MessageCount> of(Facts facts) {
        Set<MessageCount> counts = EnumSet.noneOf(MessageCount.class);
        Optional<Standing> standing = facts.standing();
        if (standing.isEmpty()) {
            return counts;
        }
        counts.add(TOTAL);
        counts.add(of(standing.get()));
        addReactions(facts, counts);
        boolean isDelivered = standing.get() == Standing.DELIVERED;
        if (facts.has(Mark.BOUNCED_SOFT) || facts.has(Mark.DEFERRED)) {
            counts.add(SOFT_AFFECTED);
            addIf(isDelivered, SOFT_RECOVERED, counts);
        }
        addIf(isDelivered && facts.has(Mark.OPENED), OPENED_DELIVERED, counts);
        addIf(isDelivered && facts.has(Mark.COMPLAINED), COMPLAINED_DELIVERED, counts);
        return counts;
    }

    private static void addReactions(Facts facts, Set<MessageCount> counts) {
        addIf(facts.has(Mark.OPENED), OPENED, counts);
        addIf(facts.has(Mark.MACHINE_OPENED) && !facts.has(Mark.OPENED), MACHINE_ONLY_OPENED, counts);
        addIf(facts.has(Mark.CLICKED), CLICKED, counts);
        addIf(facts.has(Mark.COMPLAINED), COMPLAINED, counts);
        addIf(facts.has(Mark.UNSUBSCRIBED), UNSUBSCRIBED, counts);
    }

    private static void addIf(boolean applies, MessageCount count, Set<MessageCount> counts) {
        if (applies) {
            counts.add(count);
        }
    }
}
