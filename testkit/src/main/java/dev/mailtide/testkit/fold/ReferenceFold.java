package dev.mailtide.testkit.fold;

import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What Mailtide must say about a raw topic, worked out the slow and obvious way.
 *
 * <p>First every event is put to the life of its message and recipient, then everything is counted, once, at the end.
 * Nothing is added to or taken from a count on the way: the product does that, and this is here to check it.
 */
public final class ReferenceFold {

    private final Duration rememberFor;

    public ReferenceFold(Duration rememberFor) {
        this.rememberFor = rememberFor;
    }

    /** All that must come of it. */
    public Expected fold(List<RawBody> rawInAppendOrder) {
        List<Event> events = new ArrayList<>();
        List<String> deadLetters = new ArrayList<>();
        read(rawInAppendOrder, events, deadLetters);
        Ledger ledger = lived(events);
        List<Event> distinct = distinctInOrder(events, ledger.lives());
        Instant asOf = distinct.stream()
                .map(event -> event.raw().appendTime())
                .max(naturalOrder())
                .orElse(Instant.EPOCH);
        return new Expected(
                domains(ledger.lives()),
                distinct.stream().map(Event::asDistinct).toList(),
                deadLetters,
                seriesOf(ledger.lives(), asOf),
                messages(ledger.livesAtTheEnd()),
                statuses(ledger.livesAtTheEnd()));
    }

    /** The series alone, with the buckets that are kept at another append time. */
    public SortedMap<String, ObjectNode> series(List<RawBody> rawInAppendOrder, Instant asOf) {
        List<Event> events = new ArrayList<>();
        read(rawInAppendOrder, events, new ArrayList<>());
        return seriesOf(lived(events).lives(), asOf);
    }

    private static void read(List<RawBody> rawBodies, List<Event> events, List<String> deadLetters) {
        for (RawBody raw : rawBodies) {
            Reading reading = PauboxReader.read(raw);
            if (reading instanceof Reading.Understood understood) {
                events.add(understood.event());
            } else if (reading instanceof Reading.DeadLetter deadLetter) {
                deadLetters.add(raw.receiptId() + " " + deadLetter.reason());
            }
        }
    }

    private Ledger lived(List<Event> events) {
        Ledger ledger = new Ledger(rememberFor);
        events.forEach(ledger::hears);
        return ledger;
    }

    private static SortedMap<String, ObjectNode> domains(List<Life> lives) {
        Map<String, List<Life>> byDomain =
                lives.stream().collect(groupingBy(life -> life.row().domain()));
        SortedMap<String, ObjectNode> states = new TreeMap<>();
        byDomain.forEach((domain, itsLives) -> states.put(domain, DomainState.of(domain, itsLives)));
        return states;
    }

    /** By identity: a raw record may stand in the log twice, and only its first standing is the distinct one. */
    private static List<Event> distinctInOrder(List<Event> events, List<Life> lives) {
        Set<Event> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        lives.forEach(life -> kept.addAll(life.distinct()));
        return events.stream().filter(kept::contains).toList();
    }

    private static SortedMap<String, ObjectNode> seriesOf(List<Life> lives, Instant asOf) {
        SortedMap<String, ObjectNode> series = new TreeMap<>();
        lives.stream()
                .collect(groupingBy(life -> life.row().domain()))
                .forEach((domain, itsLives) -> series.putAll(Series.of(domain, itsLives, asOf)));
        return series;
    }

    private static SortedMap<String, ExpectedMessage> messages(List<Life> lives) {
        SortedMap<String, ExpectedMessage> messages = new TreeMap<>();
        for (Life life : lives) {
            messages.put(life.row().messageKey() + "|" + life.row().recipient(), TimeLine.of(life));
        }
        return messages;
    }

    private static SortedMap<String, String> statuses(List<Life> lives) {
        SortedMap<String, String> statuses = new TreeMap<>();
        for (Life life : lives) {
            String key = life.row().messageKey() + "|" + life.row().recipient();
            life.status().ifPresent(status -> statuses.put(key, status.counter));
        }
        return statuses;
    }
}
