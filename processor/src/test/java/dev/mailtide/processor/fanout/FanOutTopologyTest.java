package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.Golden;
import dev.mailtide.processor.streams.StreamsSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanOutTopologyTest {

    private static final KafkaAccess NOWHERE = KafkaAccess.at("127.0.0.1:1");
    private static final byte[] EVENT = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    private final Topics topics = new Topics("email.", TopicSizes.DEFAULT);
    private final RouteTable table = new RouteTable(9);
    private final Wanted wanted = new Wanted(table);
    private final AtomicInteger hurried = new AtomicInteger();
    private final Routing routing =
            new Routing(table, wanted, "overflow", hurried::incrementAndGet, Duration.ofMillis(1));

    @Test
    void the_topology_is_the_one_that_is_checked_in_and_every_operator_has_a_name() throws IOException {
        String described = topology().describe().toString();
        assertThat(described).isEqualTo(Golden.text("fan-out-topology.txt")).doesNotContainPattern(Golden.GENERATED);
    }

    @Test
    void what_is_no_event_of_ours_goes_nowhere_asks_for_no_route_and_is_counted() {
        table.put(List.of(new Route(
                new SenderDomain("a.example"),
                new Route.Place(RouteKind.OVERFLOW, Optional.of("there"), Instant.EPOCH),
                RouteReason.RULE,
                Optional.empty(),
                Optional.empty(),
                0,
                0)));
        try (TopologyTestDriver driver = new TopologyTestDriver(topology(), properties())) {
            TestInputTopic<String, byte[]> events =
                    driver.createInputTopic(topics.events().name(), new StringSerializer(), new ByteArraySerializer());
            events.pipeInput(null, EVENT);
            events.pipeInput("b.example", EVENT);
            events.pipeInput("B.example/m-1", EVENT);
            events.pipeInput("b.example/", EVENT);
            events.pipeInput("b.example/m-1", null);
            events.pipeInput("b.example/m-1", "pat@home.example".getBytes(StandardCharsets.UTF_8));
            events.pipeInput("a.example/m-1", EVENT);

            assertThat(driver.createOutputTopic("there", new StringDeserializer(), new ByteArrayDeserializer())
                            .readRecordsToList())
                    .extracting(TestRecord::key)
                    .containsExactly("a.example/m-1");
        }
        assertThat(routing.foreign()).isEqualTo(6);
        assertThat(wanted.waiting()).isEqualTo(0);
        assertThat(hurried).hasValue(0);
    }

    @Test
    void nobody_looks_ahead_for_the_route_of_what_is_no_event_of_ours() {
        TopicPartition partition = new TopicPartition(topics.events().name(), 0);
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record(null, EVENT),
                record("b.example", EVENT),
                record("B.example/m-1", EVENT),
                record("b.example/", EVENT),
                record("b.example/m-1", null),
                record("b.example/m-1", "pat@home.example".getBytes(StandardCharsets.UTF_8)),
                record("a.example/m-1", EVENT));
        try (LookAhead ahead = new LookAhead()) {
            ahead.configure(Map.of(LookAhead.ROUTING, routing));
            var unused = ahead.onConsume(new ConsumerRecords<>(Map.of(partition, records), Map.of()));
        }
        assertThat(wanted.next().orElseThrow().asked()).containsExactly(new SenderDomain("a.example"));
    }

    private ConsumerRecord<byte[], byte[]> record(@Nullable String key, byte @Nullable [] value) {
        return new ConsumerRecord<>(
                topics.events().name(), 0, 0, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value);
    }

    private Topology topology() {
        return FanOutTopology.build(new StreamsConfig(properties()), topics, routing, EventPolicy.KEEP_ALL);
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.putAll(new StreamsSettings(
                        FanOutApplication.APPLICATION_ID, "test", folder, 1, Duration.ofMillis(200), (short) 1)
                .over(NOWHERE));
        return properties;
    }
}
