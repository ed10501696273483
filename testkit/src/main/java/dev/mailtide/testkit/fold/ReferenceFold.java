package dev.mailtide.testkit.fold;

import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
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

    public Expected fold(List<RawBody> rawInAppendOrder) {
        List<Event> events = new ArrayList<>();
        SortedMap<String, String> deadLetters = new TreeMap<>();
        for (RawBody raw : rawInAppendOrder) {
            Reading reading = PauboxReader.read(raw);
            if (reading instanceof Reading.Understood understood) {
                events.add(understood.event());
            } else if (reading instanceof Reading.DeadLetter deadLetter) {
                deadLetters.put(raw.receiptId(), deadLetter.reason());
            }
        }
        Ledger ledger = new Ledger(rememberFor);
        events.forEach(ledger::hears);
        return new Expected(
                domains(ledger.lives()),
                distinctInOrder(events, ledger.lives()),
                deadLetters,
                statuses(ledger.livesAtTheEnd()));
    }

    private static SortedMap<String, ObjectNode> domains(List<Life> lives) {
        Map<String, List<Life>> byDomain =
                lives.stream().collect(groupingBy(life -> life.row().domain()));
        SortedMap<String, ObjectNode> states = new TreeMap<>();
        byDomain.forEach((domain, itsLives) -> states.put(domain, DomainState.of(domain, itsLives)));
        return states;
    }

    /** By identity: a raw record may stand in the log twice, and only its first standing is the distinct one. */
    private static List<DistinctEvent> distinctInOrder(List<Event> events, List<Life> lives) {
        Set<Event> kept = Collections.newSetFromMap(new IdentityHashMap<>());
        lives.forEach(life -> kept.addAll(life.distinct()));
        return events.stream().filter(kept::contains).map(Event::asDistinct).toList();
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
