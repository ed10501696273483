package dev.mailtide.testkit.answers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.testkit.fold.Expected;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Lists of events and suppressions as they must be, worked out the slow and obvious way from the messages of the fold. */
public final class ReferenceLists {

    private final List<One> events = new ArrayList<>();

    /** Of all messages of the fold. */
    public ReferenceLists(Expected expected) {
        expected.messages().forEach((key, message) -> {
            String recipient = message.answer().path("recipient").asText("");
            String messageKey = key.substring(0, key.length() - recipient.length() - 1);
            int slash = messageKey.indexOf('/');
            for (JsonNode event : message.answer().get("events")) {
                events.add(new One(
                        messageKey.substring(0, slash),
                        messageKey.substring(slash + 1),
                        recipient,
                        event.get("id").asText(),
                        event.get("type").asText(),
                        event.path("bounceType").asText(""),
                        event.get("occurredAt").asText()));
            }
        });
    }

    /** An event; what it does not have is empty. */
    public record One(
            String domain,
            String messageId,
            String recipient,
            String id,
            String type,
            String bounceType,
            String occurredAt) {

        /** The same from the JSON of an answer. */
        public static One of(JsonNode json) {
            return new One(
                    json.get("senderDomain").asText(),
                    json.get("messageId").asText(),
                    json.path("recipient").asText(""),
                    json.get("id").asText(),
                    json.get("type").asText(),
                    json.path("bounceType").asText(""),
                    json.get("occurredAt").asText());
        }

        /** Whether its type and the kind of its bounce, one behind the other, are this. */
        public boolean is(String kind) {
            return (type + bounceType).equals(kind);
        }

        /** When it occurred. */
        public Instant at() {
            return Instant.parse(occurredAt);
        }
    }

    /** All events, in no order. */
    public List<One> all() {
        return List.copyOf(events);
    }

    /** Those that are asked for, the newest first. */
    public List<One> events(Predicate<One> asked) {
        return events.stream()
                .filter(asked)
                .sorted(Comparator.comparing(One::occurredAt).reversed().thenComparing(One::id))
                .toList();
    }

    /** Reasons by recipient key, of the candidates of a domain. */
    public SortedMap<String, List<String>> suppressions(String domain, IdentityKey identity) {
        SortedMap<String, List<String>> byKey = new TreeMap<>();
        suppressions(domain)
                .forEach((recipient, reasons) ->
                        byKey.put(identity.keyOf(recipient).hex(), reasons));
        return byKey;
    }

    /** Reasons by address, of the candidates of a domain; Paubox reports neither complaints nor unsubscribing. */
    public SortedMap<String, List<String>> suppressions(String domain) {
        Map<String, List<One>> byRecipient = new HashMap<>();
        events.stream()
                .filter(event ->
                        event.domain().equals(domain) && !event.recipient().isEmpty())
                .forEach(event -> byRecipient
                        .computeIfAbsent(event.recipient(), first -> new ArrayList<>())
                        .add(event));
        SortedMap<String, List<String>> candidates = new TreeMap<>();
        byRecipient.forEach((recipient, its) -> {
            List<String> reasons = reasons(its);
            if (!reasons.isEmpty()) {
                candidates.put(recipient, reasons);
            }
        });
        return candidates;
    }

    private static List<String> reasons(List<One> events) {
        Optional<Instant> delivered = latest(events, "delivered");
        Optional<Instant> hard = latest(events, "bouncedhard");
        List<String> reasons = new ArrayList<>();
        if (hard.isPresent() && delivered.filter(hard.get()::isBefore).isEmpty()) {
            reasons.add("hard-bounce");
        }
        long softBounced = events.stream()
                .filter(event -> event.is("bouncedsoft"))
                .filter(event ->
                        delivered.filter(last -> !event.at().isAfter(last)).isEmpty())
                .map(One::messageId)
                .distinct()
                .count();
        if (softBounced >= 3) {
            reasons.add("soft-bounces");
        }
        return reasons;
    }

    private static Optional<Instant> latest(List<One> events, String kind) {
        return events.stream().filter(event -> event.is(kind)).map(One::at).max(Comparator.naturalOrder());
    }
}
