package dev.mailtide.processor.readmodel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.RecipientKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.privacy.EventJson;
import dev.mailtide.common.privacy.EventPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers from what this process has read: a part of each answer, which is whole only together with what others have read. A
 * part says of which partitions it is ({@link #PARTITIONS}), up to when everything of them is in it ({@code asOf}), and
 * {@code partial} where something else is missing. A partition that has not been read to its end once is in it as far as it
 * goes, and not among those named.
 */
public final class ReadAnswers {

    /** The numbers of the partitions that are in it whole. Whoever puts parts together takes it out. */
    public static final String PARTITIONS = "partitions";
    /** Behind it there may be more of which nothing is in this part: a cursor, or a recipient key. */
    public static final String END = "end";
    /** When somebody's address was last seen: of two, the later one counts. */
    public static final String SEEN = "seen";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Partitions partitions;
    private final Suppressions suppressions;
    private final Supplier<Optional<Instant>> counted;
    private final EventPolicy policy;

    /**
     * @param counted up to when everything that was raw is an event
     * @param policy what answers may hold of an event
     */
    ReadAnswers(
            Partitions partitions, Suppressions suppressions, Supplier<Optional<Instant>> counted, EventPolicy policy) {
        this.partitions = partitions;
        this.suppressions = suppressions;
        this.counted = counted;
        this.policy = policy;
    }

    /** The events of one page of a list, under {@code events}; nothing if this process has read nothing. */
    public Optional<ObjectNode> events(EventQuery query) {
        Asked asked = ask();
        EventPage page = new EventPage(query, partitions.expiredBeforeMillis());
        asked.parts().forEach(part -> page.addFrom(part.held().store()));
        ArrayNode events = JSON.createArrayNode();
        page.events().forEach(json -> EventJson.of(policy, json).ifPresent(kept -> events.add(parsed(kept))));
        return begun(asked).map(part -> {
            part.set("events", events);
            page.end().ifPresent(end -> part.put(END, end.cursor()));
            return part;
        });
    }

    private static ObjectNode parsed(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("reading JSON that was just written", e);
        }
    }

    /**
     * What is known of the first recipients of a domain of whom there may be something to say, in the order of their keys,
     * under {@code recipients}.
     *
     * @param after only those behind this one
     */
    public Optional<ObjectNode> candidates(SenderDomain domain, Optional<RecipientKey> after, int limit) {
        Asked asked = ask();
        List<RecipientKey> found = suppressions.candidates(domain, after, limit + 1);
        List<RecipientKey> kept = found.subList(0, Math.min(limit, found.size()));
        ArrayNode rows = rows(domain, kept);
        return begunWithTopic(asked).map(part -> {
            part.set("recipients", rows);
            if (found.size() > limit) {
                part.put(END, kept.get(limit - 1).hex());
            }
            return part;
        });
    }

    /** What is known of these recipients, under {@code recipients}; nothing of those of whom nothing is known. */
    public Optional<ObjectNode> recipients(SenderDomain domain, Collection<RecipientKey> recipients) {
        Asked asked = ask();
        ArrayNode rows = rows(domain, recipients);
        return begunWithTopic(asked).map(part -> part.set("recipients", rows));
    }

    private ArrayNode rows(SenderDomain domain, Collection<RecipientKey> recipients) {
        ArrayNode rows = JSON.createArrayNode();
        for (RecipientKey recipient : recipients) {
            SuppressionRow row = suppressions.row(new Addressee(domain, recipient));
            if (!row.equals(SuppressionRow.NOTHING)) {
                ObjectNode json = rows.addObject().put("recipientKey", recipient.hex());
                SuppressionJson.add(json, row);
                addAddress(json, domain, recipient);
            }
        }
        return rows;
    }

    /** As the latest event about the recipient has it, if there is one that has not expired. */
    private void addAddress(ObjectNode json, SenderDomain domain, RecipientKey recipient) {
        EventList list = new EventList(Optional.of(domain), Optional.of(recipient), Optional.empty());
        for (Partitions.Held held : partitions.all()) {
            held.store().list(list, Optional.empty(), (place, event) -> {
                Optional<String> address = held.store()
                        .json(place)
                        .flatMap(full -> EventJson.of(policy, full))
                        .map(kept -> parsed(kept).path("recipient").asText(""));
                String seen = Times.text(Instant.ofEpochMilli(place.occurredMillis()))
                        + place.id().hex();
                if (address.isPresent() && seen.compareTo(json.path(SEEN).asText("")) > 0) {
                    json.put(SEEN, seen);
                    json.put("recipient", address.get());
                }
                return false;
            });
        }
        if (json.path("recipient").asText("").isEmpty()) {
            json.remove("recipient");
        }
    }

    /** How far everything was before it was looked into: what came in meanwhile may be missing in an answer. */
    private record Asked(List<Part> parts, boolean isTopicWhole) {

        record Part(Partitions.Held held, Optional<Instant> asOf, boolean isWhole) {}
    }

    private Asked ask() {
        Optional<Instant> now = counted.get();
        return new Asked(
                partitions.all().stream()
                        .map(held -> new Asked.Part(held, now.flatMap(held::asOf), held.isWhole()))
                        .toList(),
                suppressions.isWhole());
    }

    private Optional<ObjectNode> begunWithTopic(Asked asked) {
        return begun(asked).map(part -> asked.isTopicWhole() ? part : part.put("partial", true));
    }

    /** With what was asked of those partitions that are still here. */
    private Optional<ObjectNode> begun(Asked asked) {
        List<Asked.Part> still = asked.parts().stream()
                .filter(part -> partitions.holds(part.held()))
                .toList();
        Optional<Instant> asOf =
                still.stream().flatMap(part -> part.asOf().stream()).min(Instant::compareTo);
        return asOf.map(time -> {
            ObjectNode part = JSON.createObjectNode().put("asOf", Times.text(time));
            ArrayNode whole = part.putArray(PARTITIONS);
            still.stream()
                    .filter(Asked.Part::isWhole)
                    .forEach(one -> whole.add(one.held().store().partition()));
            return part;
        });
    }
}
