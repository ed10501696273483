package dev.mailtide.processor.readmodel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.RecipientKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What several instances know of recipients of one domain, put together, and what follows from it. */
public final class KnownRecipients {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final int softBouncesMin;
    private final TreeMap<String, Known> known = new TreeMap<>();
    private final Map<String, Integer> named = new HashMap<>();
    private Optional<String> end = Optional.empty();

    private record Known(SuppressionRow row, String seen, Optional<String> address) {

        static final Known NOTHING = new Known(SuppressionRow.NOTHING, "", Optional.empty());

        Known and(Known other) {
            Known later = other.seen.compareTo(seen) > 0 ? other : this;
            return new Known(row.and(other.row), later.seen, later.address);
        }
    }

    /** @param softBouncesMin from how many messages on soft bounces are a reason */
    public KnownRecipients(int softBouncesMin) {
        this.softBouncesMin = softBouncesMin;
    }

    /** Adds a part that {@link ReadAnswers} has made. */
    public void add(ObjectNode part) {
        for (JsonNode recipient : part.path("recipients")) {
            String key = recipient.path("recipientKey").asText();
            Optional<String> address =
                    Optional.of(recipient.path("recipient").asText("")).filter(text -> !text.isEmpty());
            String seen = recipient.path(ReadAnswers.SEEN).asText("");
            SuppressionJson.decode(recipient)
                    .ifPresent(row -> known.merge(key, new Known(row, seen, address), Known::and));
            named.merge(key, 1, Integer::sum);
        }
        String ofThis = part.path(ReadAnswers.END).asText("");
        if (!ofThis.isEmpty()
                && end.filter(before -> before.compareTo(ofThis) <= 0).isEmpty()) {
            end = Optional.of(ofThis);
        }
    }

    /** The keys of the first recipients, in order: up to where no part has left any out. */
    public List<RecipientKey> first(int limit) {
        return known.keySet().stream()
                .filter(key -> end.filter(last -> key.compareTo(last) > 0).isEmpty())
                .limit(limit)
                .map(RecipientKey::new)
                .toList();
    }

    /** Where the next ones are behind, when these first ones have been shown; nothing if they were all. */
    public Optional<RecipientKey> next(List<RecipientKey> first) {
        boolean areAllUpToTheEnd = first.size() == first(Integer.MAX_VALUE).size();
        return areAllUpToTheEnd ? end.map(RecipientKey::new) : Optional.of(first.get(first.size() - 1));
    }

    /** Those of them that not all parts have named: who has not may know something good of them. */
    public List<RecipientKey> notNamedBy(int parts, Collection<RecipientKey> recipients) {
        return recipients.stream()
                .filter(recipient -> named.getOrDefault(recipient.hex(), 0) < parts)
                .toList();
    }

    /** Whether anything speaks against writing to this one. */
    public boolean isCandidate(RecipientKey recipient) {
        return !reasons(of(recipient)).isEmpty();
    }

    /** Everything that is known of one, and the reasons against writing to them; no reasons if there are none. */
    public ObjectNode json(RecipientKey recipient) {
        Known one = of(recipient);
        ObjectNode json = JSON.createObjectNode().put("recipientKey", recipient.hex());
        one.address().ifPresent(address -> json.put("recipient", address));
        ArrayNode reasons = json.putArray("reasons");
        reasons(one).forEach(reason -> reasons.add(reason.wireName()));
        if (!one.row().equals(SuppressionRow.NOTHING)) {
            SuppressionJson.add(json, one.row());
            // The answer says up to when it is complete; this only says what the row was made of.
            json.remove("asOf");
        }
        return json;
    }

    private Known of(RecipientKey recipient) {
        return known.getOrDefault(recipient.hex(), Known.NOTHING);
    }

    private List<SuppressionReason> reasons(Known one) {
        return SuppressionReason.of(one.row(), softBouncesMin);
    }
}
