package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.processor.streams.Freshness;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Answers questions from the stores of this process. Every answer says up to when everything is counted in it
 * ({@code asOf}), and when that is long ago ({@code stale}) or a part is missing ({@code partial}).
 */
public final class Answers {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StoreReader stores;
    private final Freshness freshness;

    Answers(StoreReader stores, Freshness freshness) {
        this.stores = stores;
        this.freshness = freshness;
    }

    /** The state of one domain. */
    public Answer domain(SenderDomain domain) {
        Optional<Instant> asOf = freshness.asOf();
        Optional<ReadOnlyKeyValueStore<String, byte[]>> totals =
                stores.store(AddUp.TOTALS, stores.partitionOf(domain.name()));
        if (asOf.isEmpty() || totals.isEmpty()) {
            return new Answer.NotHere();
        }
        try {
            byte[] stored = totals.get().get(domain.name());
            return stored == null
                    ? new Answer.Nothing()
                    : new Answer.Found(marked(state(domain.name(), stored, asOf.get()), asOf.get()));
        } catch (InvalidStateStoreException movedMeanwhile) {
            return new Answer.NotHere();
        }
    }

    /**
     * Domains in order of their names.
     *
     * @param after only those that come after this name; empty for all
     * @param limit how many at most, 1 or more
     */
    public Answer domains(String after, int limit) {
        Optional<Instant> asOf = freshness.asOf();
        SortedMap<String, byte[]> found = new TreeMap<>();
        int answering = 0;
        for (int partition = 0; partition < stores.partitions(); partition++) {
            answering += addDomains(partition, after, limit, found) ? 1 : 0;
        }
        if (asOf.isEmpty() || answering == 0) {
            return new Answer.NotHere();
        }
        ObjectNode json = marked(JSON.createObjectNode().put("asOf", Times.text(asOf.get())), asOf.get());
        if (answering < stores.partitions()) {
            json.put("partial", true);
        }
        ArrayNode domains = json.putArray("domains");
        found.entrySet().stream().limit(limit).forEach(entry -> {
            ObjectNode state = state(entry.getKey(), entry.getValue(), asOf.get());
            state.remove("recipientGroups");
            domains.add(state);
        });
        json.put(
                "nextCursor",
                found.size() > limit ? domains.get(limit - 1).get("domain").textValue() : null);
        return new Answer.Found(json);
    }

    /** Adds the first domains of one partition, one more than asked for so that it shows that there are more. */
    private boolean addDomains(int partition, String after, int limit, SortedMap<String, byte[]> found) {
        Optional<ReadOnlyKeyValueStore<String, byte[]>> totals = stores.store(AddUp.TOTALS, partition);
        if (totals.isEmpty()) {
            return false;
        }
        try (KeyValueIterator<String, byte[]> all = totals.get().range(after, null)) {
            int left = limit + 1;
            while (all.hasNext() && left > 0) {
                KeyValue<String, byte[]> next = all.next();
                if (!next.key.equals(after)) {
                    found.put(next.key, next.value);
                    left--;
                }
            }
            return true;
        } catch (InvalidStateStoreException movedMeanwhile) {
            return false;
        }
    }

    /** Everything known of one message, for each of its recipients. */
    public Answer message(MessageKey message) {
        Optional<Instant> asOf = freshness.asOf();
        int partition = stores.partitionOf(message.text());
        Optional<ReadOnlyKeyValueStore<byte[], byte[]>> facts = stores.store(LedgerRows.FACTS, partition);
        Optional<ReadOnlyKeyValueStore<byte[], byte[]>> events = stores.store(LedgerRows.EVENTS, partition);
        if (asOf.isEmpty() || facts.isEmpty() || events.isEmpty()) {
            return new Answer.NotHere();
        }
        try {
            ObjectNode json = JSON.createObjectNode()
                    .put("domain", message.domain().name())
                    .put("messageId", message.messageId())
                    .put("asOf", Times.text(asOf.get()));
            MessageJson.addTo(json, message, facts.get(), events.get());
            return json.path("recipients").isEmpty()
                    ? new Answer.Nothing()
                    : new Answer.Found(marked(json, asOf.get()));
        } catch (InvalidStateStoreException movedMeanwhile) {
            return new Answer.NotHere();
        }
    }

    private static ObjectNode state(String domain, byte[] stored, Instant asOf) {
        return DomainStateJson.of(domain, TotalsCodec.decode(stored), asOf);
    }

    private ObjectNode marked(ObjectNode json, Instant asOf) {
        if (freshness.isStale(asOf)) {
            json.put("stale", true);
        }
        return json;
    }
}
