package dev.mailtide.testkit.fold;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What must come of a raw topic.
 *
 * @param domains domain state, schema v1, by domain; without {@code asOf}, and equal to what Jackson reads from its text
 * @param events the distinct events, in order of the first append of each
 * @param deadLetters receipt id and reason code, with a space between, of each raw record that is one; sorted. A record
 *     that ingest sent twice, since the first ack was in doubt, is two of them
 * @param series bucket by {@code domain|bucket|start}: those that are kept at the greatest append time of a distinct event
 * @param messages what is known of each message and recipient, by {@code domain/messageId|recipient}
 * @param statuses status name by {@code domain/messageId|recipient}, of the latest life; no entry where it has none
 */
public record Expected(
        SortedMap<String, ObjectNode> domains,
        List<DistinctEvent> events,
        List<String> deadLetters,
        SortedMap<String, ObjectNode> series,
        SortedMap<String, ExpectedMessage> messages,
        SortedMap<String, String> statuses) {

    public Expected {
        domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        events = List.copyOf(events);
        deadLetters = deadLetters.stream().sorted().toList();
        series = Collections.unmodifiableSortedMap(new TreeMap<>(series));
        messages = Collections.unmodifiableSortedMap(new TreeMap<>(messages));
        statuses = Collections.unmodifiableSortedMap(new TreeMap<>(statuses));
    }

    /** The state of a domain that must be there. */
    public ObjectNode domain(String name) {
        return Optional.ofNullable(domains.get(name))
                .orElseThrow(() -> new NoSuchElementException("no events of " + name));
    }
}
