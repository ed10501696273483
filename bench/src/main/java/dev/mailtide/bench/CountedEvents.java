package dev.mailtide.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.run.ResourceException;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads from the topics what the processor has made of the bodies. States are published once a second, so they are waited
 * for until they have counted what was published.
 */
final class CountedEvents {

    private static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration STATES_MAX = Duration.ofSeconds(30);

    private final Set<UUID> ids = new HashSet<>();
    private final Map<String, Long> byDomain = new HashMap<>();
    private long records;
    private long inStates;

    private CountedEvents() {}

    /**
     * What was found.
     *
     * @param records in the topic of events
     * @param distinct events among them
     * @param inStates events counted in the published states of all domains
     */
    record Found(long records, long distinct, long inStates) {

        /** Whether each event was published once and counted once, if so many went in at least and at most. */
        boolean holds(long least, long most) {
            return distinct >= least && distinct <= most && records == distinct && inStates == distinct;
        }
    }

    /** Reads topics of events and of states, from their beginnings. */
    static Found read(KafkaAccess kafka) {
        CountedEvents counted = new CountedEvents();
        TopicScan.toEnd(kafka, List.of(TOPICS.events().name()), counted::addEvent);
        TopicScan.until(
                counted::isComplete,
                STATES_MAX,
                kafka,
                List.of(TOPICS.domainState().name()),
                counted::addState);
        return new Found(counted.records, counted.ids.size(), counted.inStates);
    }

    private void addEvent(ConsumerRecord<byte[], byte[]> event) {
        records++;
        ids.add(idOf(event));
    }

    private void addState(ConsumerRecord<byte[], byte[]> state) {
        String domain = new String(state.key(), StandardCharsets.UTF_8);
        long events = eventsIn(state.value());
        Long before = byDomain.put(domain, events);
        inStates += events - (before == null ? 0 : before);
    }

    private boolean isComplete() {
        return inStates == ids.size();
    }

    /** Events of all kinds in a state, as topic and API show it; those that no source reports are null there. */
    static long eventsIn(byte[] state) {
        try {
            long sum = 0;
            for (JsonNode count : JSON.readTree(state).path("events")) {
                sum += count.asLong();
            }
            return sum;
        } catch (IOException e) {
            throw new ResourceException("a domain's state is not JSON", e);
        }
    }

    private static UUID idOf(ConsumerRecord<byte[], byte[]> record) {
        Header id = Optional.ofNullable(record.headers().lastHeader("ce_id")).orElseThrow();
        ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(new String(id.value(), StandardCharsets.US_ASCII)));
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
