package dev.mailtide.bench;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mailtide.common.topic.KafkaAccess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A bare consumer in a process of its own, which only parses: each body into a tree, with the library and the settings of the
 * processor. Its argument is where Kafka is; it answers each {@link Question} on its input with a {@link Slice}, one line of
 * JSON each, and runs until its input ends.
 */
final class ParseProcess {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final double NANOS_PER_SECOND = 1e9;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final ObjectReader BODY = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build()
            .readerFor(JsonNode.class);

    private final KafkaConsumer<byte[], byte[]> consumer;

    private ParseProcess(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /**
     * What to read.
     *
     * @param from for each partition the first offset
     * @param to for each partition the offset behind the last
     */
    record Question(String topic, Map<Integer, Long> from, Map<Integer, Long> to) {

        /** Copies the maps. */
        Question {
            from = Map.copyOf(from);
            to = Map.copyOf(to);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Map<String, Object> settings = KafkaAccess.at(arguments[0])
                .with(Map.of(
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000"));
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            System.out.println("ready");
            ParseProcess process = new ParseProcess(consumer);
            BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = questions.readLine(); line != null; line = questions.readLine()) {
                System.out.println(JSON.writeValueAsString(process.parse(JSON.readValue(line, Question.class))));
            }
        }
    }

    private Slice parse(Question question) throws IOException {
        Map<TopicPartition, Long> ends = new HashMap<>();
        question.to().forEach((partition, end) -> ends.put(new TopicPartition(question.topic(), partition), end));
        Set<TopicPartition> open = new HashSet<>(ends.keySet());
        consumer.assign(open);
        question.from()
                .forEach((partition, first) -> consumer.seek(new TopicPartition(question.topic(), partition), first));
        Duration cpuBefore = cpu();
        long start = System.nanoTime();
        long parsed = 0;
        while (!open.isEmpty() && System.nanoTime() - start < PATIENCE.toNanos()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                parsed += BODY.readTree(record.value()).isObject() ? 1 : 0;
            }
            open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
        }
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        double cpuMicros = cpu().minus(cpuBefore).toNanos() / 1_000.0;
        return new Slice(parsed, seconds, 0, 0, parsed == 0 ? 0 : cpuMicros / parsed, parsed, 0, 0);
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
