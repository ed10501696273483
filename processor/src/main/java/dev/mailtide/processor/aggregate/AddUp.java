package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The second keyed step: adds each delta to the totals of its domain. The state of a changed domain is published at most
 * once a second; which domains wait for that is kept in a store, since a crash between counting and publishing would
 * otherwise leave an old state standing in the topic for ever.
 */
final class AddUp implements Processor<String, byte[], String, byte[]> {

    static final String TOTALS = "domain-totals";
    static final String UNPUBLISHED = "domain-unpublished";

    private static final Duration PUBLISH_EVERY = Duration.ofSeconds(1);
    private static final byte[] MARK = {1};

    private final Set<String> unpublishedNow = new TreeSet<>();
    private ProcessorContext<String, byte[]> context;
    private KeyValueStore<String, byte[]> totals;
    private KeyValueStore<String, byte[]> unpublished;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else.
    AddUp() {}

    @Override
    public void init(ProcessorContext<String, byte[]> newContext) {
        context = newContext;
        totals = newContext.getStateStore(TOTALS);
        unpublished = newContext.getStateStore(UNPUBLISHED);
        try (KeyValueIterator<String, byte[]> left = unpublished.all()) {
            left.forEachRemaining(entry -> unpublishedNow.add(entry.key));
        }
        newContext.schedule(PUBLISH_EVERY, PunctuationType.WALL_CLOCK_TIME, now -> publish());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Totals after = totalsOf(record.key()).plus(DeltaCodec.decode(record.value()));
        totals.put(record.key(), TotalsCodec.encode(after));
        if (unpublishedNow.add(record.key())) {
            unpublished.put(record.key(), MARK);
        }
    }

    private Totals totalsOf(String domain) {
        byte[] stored = totals.get(domain);
        return stored == null ? Totals.NOTHING : TotalsCodec.decode(stored);
    }

    private void publish() {
        for (String domain : unpublishedNow) {
            Totals current = totalsOf(domain);
            Instant asOf = Instant.ofEpochMilli(current.asOfMillis());
            ObjectNode state = DomainStateJson.of(domain, current, asOf);
            context.forward(
                    new Record<>(domain, state.toString().getBytes(StandardCharsets.UTF_8), current.asOfMillis()));
            unpublished.delete(domain);
        }
        unpublishedNow.clear();
    }
}
