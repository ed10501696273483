package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.event.Times;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.processor.streams.StandbyProgress;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Answers questions from the stores of this process. Every answer says up to when everything is counted in it
 * ({@code asOf}), and when that is long ago ({@code stale}) or a part is missing ({@code partial}).
 */
public final class Answers {

    /** In a list: the numbers of the partitions that were read for it. Whoever puts lists together takes it out. */
    public static final String PARTITIONS = "partitions";

    /** In a list: where a domain stands in its order. Whoever puts lists together takes it out. */
    public static final String RANK = "rank";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StoreReader stores;
    private final StandbyProgress progress;
    private final FieldPolicy addresses;

    /** @param addresses what becomes of the recipients' addresses that state holds */
    Answers(StoreReader stores, StandbyProgress progress, FieldPolicy addresses) {
        this.stores = stores;
        this.progress = progress;
        this.addresses = addresses;
    }

    /** The same questions to the copies that this process keeps of what others count; all their answers are stale. */
    public Answers fromCopies() {
        return new Answers(stores.ofCopies(progress), progress, addresses);
    }

    /** Over how many partitions each kind of state is spread. */
    public int partitions() {
        return stores.partitions();
    }

    /** Up to when everything is counted; nothing before Kafka has been asked for the first time. */
    public Optional<Instant> asOf() {
        return stores.asOf(0);
    }

    /** The state of one domain. */
    public Answer domain(SenderDomain domain) {
        int partition = stores.partitionOf(domain.name());
        Optional<Instant> asOf = stores.asOf(partition, AddUp.TOTALS);
        Optional<ReadOnlyKeyValueStore<String, byte[]>> totals = stores.store(AddUp.TOTALS, partition);
        if (asOf.isEmpty() || totals.isEmpty()) {
            return new Answer.NotHere();
        }
        try {
            byte[] stored = totals.get().get(domain.name());
            return stored == null
                    ? nothing(asOf.get())
                    : new Answer.Found(marked(state(domain.name(), stored, asOf.get()), asOf.get()));
        } catch (InvalidStateStoreException movedMeanwhile) {
            return new Answer.NotHere();
        }
    }

    /**
     * The domains that this process counts, with the {@link #PARTITIONS} they are from and the {@link #RANK} of each.
     *
     * @param query which ones, and in which order
     */
    public Answer domains(DomainQuery query) {
        Optional<Instant> asOf = stores.asOf(0);
        DomainScan scan = new DomainScan(query);
        ObjectNode json = JSON.createObjectNode();
        ArrayNode answering = json.putArray(PARTITIONS);
        for (int partition = 0; partition < stores.partitions(); partition++) {
            Optional<ReadOnlyKeyValueStore<String, byte[]>> totals = stores.store(AddUp.TOTALS, partition);
            if (totals.filter(scan::add).isPresent()) {
                answering.add(partition);
            }
        }
        if (asOf.isEmpty() || answering.isEmpty()) {
            return new Answer.NotHere();
        }
        marked(json.put("asOf", Times.text(asOf.get())), asOf.get());
        ArrayNode domains = json.putArray("domains");
        for (Map.Entry<DomainQuery.Place, byte[]> found : scan.page()) {
            ObjectNode state = state(found.getKey().name(), found.getValue(), asOf.get());
            state.remove("recipientGroups");
            domains.add(state.put(RANK, found.getKey().rank()));
        }
        json.put("nextCursor", scan.next().map(DomainQuery.Place::name).orElse(null));
        return new Answer.Found(json);
    }

    /** The buckets of a domain that hold something, in order of time. */
    public Answer series(SenderDomain domain, SeriesSpan span) {
        return new SeriesAnswers(stores).series(domain, span);
    }

    /** Everything known of one message, for each of its recipients. */
    public Answer message(MessageKey message) {
        int partition = stores.partitionOf(message.text());
        Optional<Instant> asOf = stores.asOf(partition, LedgerRows.FACTS, LedgerRows.EVENTS);
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
            MessageJson.addTo(json, message, facts.get(), events.get(), addresses);
            return json.path("recipients").isEmpty() ? nothing(asOf.get()) : new Answer.Found(marked(json, asOf.get()));
        } catch (InvalidStateStoreException movedMeanwhile) {
            return new Answer.NotHere();
        }
    }

    /** That there is nothing can only be said by who is up to date: what has not been counted yet may be about it. */
    private Answer nothing(Instant asOf) {
        return stores.isStale(asOf) ? new Answer.NotHere() : new Answer.Nothing(asOf);
    }

    private static ObjectNode state(String domain, byte[] stored, Instant asOf) {
        return DomainStateJson.of(domain, TotalsCodec.decode(stored), asOf);
    }

    private ObjectNode marked(ObjectNode json, Instant asOf) {
        if (stores.isStale(asOf)) {
            json.put("stale", true);
        }
        return json;
    }
}
