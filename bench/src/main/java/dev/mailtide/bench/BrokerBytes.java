package dev.mailtide.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.common.run.ResourceException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What producers have written to the broker.
 *
 * @param byTopic bytes as they were sent, compressed
 */
record BrokerBytes(Map<String, Long> byTopic) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Copies the map. */
    BrokerBytes {
        byTopic = Map.copyOf(byTopic);
    }

    /** What it has counted since its start. */
    static BrokerBytes of(ChildProcess broker) throws InterruptedException {
        try {
            String answer = broker.ask("bytes", PATIENCE);
            return new BrokerBytes(new ObjectMapper().readValue(answer, new TypeReference<Map<String, Long>>() {}));
        } catch (JsonProcessingException e) {
            throw new ResourceException("the broker did not answer with figures", e);
        }
    }

    /** What came after the earlier count. */
    BrokerBytes since(BrokerBytes earlier) {
        Map<String, Long> later = new TreeMap<>();
        byTopic.forEach((topic, bytes) -> later.put(topic, bytes - earlier.byTopic.getOrDefault(topic, 0L)));
        return new BrokerBytes(later);
    }

    BrokerBytes plus(BrokerBytes other) {
        Map<String, Long> sum = new TreeMap<>(byTopic);
        other.byTopic.forEach((topic, bytes) -> sum.merge(topic, bytes, Long::sum));
        return new BrokerBytes(sum);
    }

    /** Bytes written to all topics for each byte of this one; the one itself is the first. */
    double perByteOf(String topic) {
        return sum() / (double) Math.max(1, byTopic.getOrDefault(topic, 0L));
    }

    /** The same for each topic by itself; those of one domain each are taken together. */
    Map<String, Double> eachPerByteOf(String topic, String domainTopics) {
        Map<String, Double> shares = new TreeMap<>();
        double raw = Math.max(1, byTopic.getOrDefault(topic, 0L));
        byTopic.forEach((name, bytes) ->
                shares.merge(name.startsWith(domainTopics) ? domainTopics + "*" : name, bytes / raw, Double::sum));
        return shares;
    }

    private long sum() {
        return byTopic.values().stream().mapToLong(Long::longValue).sum();
    }
}
