package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.testkit.fold.RawBody;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The aggregating topology in a test driver: raw bodies in, the records of every output topic out. */
final class AggregateHarness implements AutoCloseable {

    static final Duration REMEMBER_FOR = Duration.ofDays(35);
    static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Meters meters = new Meters();
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, byte[]> raw;
    private final TestOutputTopic<String, byte[]> events;
    private final TestOutputTopic<String, byte[]> states;
    private final TestOutputTopic<String, byte[]> deadLetters;
    private final SortedMap<String, ObjectNode> latestStates = new TreeMap<>();

    AggregateHarness(Path folder) {
        Properties properties = properties(folder);
        driver = new TopologyTestDriver(topology(properties, meters), properties, Instant.EPOCH);
        raw = driver.createInputTopic(
                TOPICS.raw().name(),
                TOPICS.raw().keys().serializer(),
                TOPICS.raw().values().serializer());
        events = output(TOPICS.events().name());
        states = output(TOPICS.domainState().name());
        deadLetters = output(TOPICS.deadLetters().name());
    }

    static Topology topology(Path folder) {
        return topology(properties(folder), new Meters());
    }

    private static Topology topology(Properties properties, Meters meters) {
        return new AggregateTopology(
                        TOPICS,
                        new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES])),
                        REMEMBER_FOR,
                        new AggregateMeters(meters))
                .build(new StreamsConfig(properties));
    }

    private static Properties properties(Path folder) {
        StreamsSettings settings = new StreamsSettings(
                AggregateApplication.APPLICATION_ID, "test", folder, 1, Duration.ofMillis(200), (short) 1);
        Properties properties = new Properties();
        properties.putAll(settings.over(KafkaAccess.at("127.0.0.1:1")));
        return properties;
    }

    private TestOutputTopic<String, byte[]> output(String topic) {
        return driver.createOutputTopic(
                topic,
                TOPICS.events().keys().deserializer(),
                TOPICS.events().values().deserializer());
    }

    void receives(RawBody body) {
        Headers headers = new RecordHeaders();
        RawHeaders.add(headers, RawHeaders.SOURCE, body.source());
        RawHeaders.add(headers, RawHeaders.PROVIDER, body.provider());
        RawHeaders.add(
                headers, RawHeaders.RECEIVED_AT, Long.toString(body.receivedAt().toEpochMilli()));
        raw.pipeInput(new TestRecord<>(body.receiptId(), body.body().bytes(), headers, body.appendTime()));
    }

    void receives(List<RawBody> bodies) {
        bodies.forEach(this::receives);
    }

    List<TestRecord<String, byte[]>> events() {
        return events.readRecordsToList();
    }

    List<TestRecord<String, byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    /** The latest published state of every domain, after the next tick of the publisher. */
    SortedMap<String, ObjectNode> states() {
        publishedStates().forEach(record -> latestStates.put(record.key(), parse(record.value())));
        return latestStates;
    }

    /** What the next tick publishes. */
    List<TestRecord<String, byte[]>> publishedStates() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        return states.readRecordsToList();
    }

    /** For what no raw record can bring about. */
    TopologyTestDriver driver() {
        return driver;
    }

    /** What a counter stands at, labels and all as in the Prometheus text. */
    double counted(String metric) {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                .sum();
    }

    static ObjectNode parse(byte[] json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        driver.close();
    }
}
