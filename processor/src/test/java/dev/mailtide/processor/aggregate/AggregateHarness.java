package dev.mailtide.processor.aggregate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mailtide.common.event.IdentityKey;
import dev.mailtide.common.event.MessageKey;
import dev.mailtide.common.privacy.FieldPolicy;
import dev.mailtide.common.run.Folders;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topic;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.normalise.Normaliser;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.testkit.fold.RawBody;
import dev.mailtide.testkit.schema.PublishedRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;

/** The aggregating topology in a test driver: raw bodies in, the records of every output topic out. */
final class AggregateHarness implements Product {

    static final Duration REMEMBER_FOR = Duration.ofDays(35);
    static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);

    /** No raw record waits anywhere. */
    static final Supplier<Optional<Instant>> EVERYTHING_IS_COUNTED =
            () -> Optional.of(Instant.ofEpochMilli(Long.MAX_VALUE));

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    private final List<TestRecord<String, byte[]>> earlierEvents = new ArrayList<>();
    private final List<TestRecord<String, byte[]>> earlierDeadLetters = new ArrayList<>();
    private final Meters meters = new Meters();
    private final Outside outside = new Outside();
    private final SortedMap<String, ObjectNode> latestStates = new TreeMap<>();
    private final SortedMap<String, ObjectNode> latestSeries = new TreeMap<>();
    private TopologyTestDriver driver;
    private TestInputTopic<String, byte[]> raw;
    private TestOutputTopic<String, byte[]> events;
    private TestOutputTopic<String, byte[]> states;
    private TestOutputTopic<String, byte[]> series;
    private TestOutputTopic<String, byte[]> deadLetters;

    @SuppressWarnings("NullAway.Init") // open() sets the topics.
    AggregateHarness(Path folder) {
        this.folder = folder;
        outside.tell(Optional::empty, EVERYTHING_IS_COUNTED);
        open();
    }

    private void open() {
        linkTaskFolder();
        Properties properties = properties(folder);
        driver = new TopologyTestDriver(topology(properties, meters, outside), properties, Instant.EPOCH);
        raw = driver.createInputTopic(
                TOPICS.raw().name(),
                TOPICS.raw().keys().serializer(),
                TOPICS.raw().values().serializer());
        events = output(TOPICS.events().name());
        states = output(TOPICS.domainState().name());
        series = output(TOPICS.domainSeries().name());
        deadLetters = output(TOPICS.deadLetters().name());
    }

    /** The driver deletes the folder of its task when it closes. Where that is a link, it deletes the link. */
    private void linkTaskFolder() {
        try {
            Path kept = Files.createDirectories(folder.resolve("kept"));
            Path application = Files.createDirectories(folder.resolve(AggregateApplication.APPLICATION_ID));
            Files.createSymbolicLink(application.resolve("0_0"), kept);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void restart() {
        takeEvents();
        takeDeadLetters();
        takeSeries();
        takeStates();
        driver.close();
        open();
    }

    static Topology topology(Path folder) {
        return topology(properties(folder), new Meters(), new Outside());
    }

    private static Topology topology(Properties properties, Meters meters, Outside outside) {
        return new AggregateTopology(
                        TOPICS,
                        new Normaliser(new IdentityKey(new byte[IdentityKey.BYTES])),
                        REMEMBER_FOR,
                        new AggregateMeters(meters),
                        outside)
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

    @Override
    public void receives(RawBody body) {
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

    @Override
    public List<TestRecord<String, byte[]>> events() {
        takeEvents();
        return List.copyOf(earlierEvents);
    }

    @Override
    public List<TestRecord<String, byte[]>> deadLetters() {
        takeDeadLetters();
        return List.copyOf(earlierDeadLetters);
    }

    @Override
    public SortedMap<String, ObjectNode> states() {
        publishedStates();
        return latestStates;
    }

    @Override
    public SortedMap<String, ObjectNode> series() {
        publishedSeries();
        return latestSeries;
    }

    /** What the next tick publishes. */
    List<TestRecord<String, byte[]>> publishedStates() {
        tick();
        return takeStates();
    }

    /** What the next tick publishes. */
    List<TestRecord<String, byte[]>> publishedSeries() {
        tick();
        return takeSeries();
    }

    @Override
    public void tick() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
    }

    private void takeEvents() {
        earlierEvents.addAll(published(TOPICS.events(), events));
    }

    private void takeDeadLetters() {
        earlierDeadLetters.addAll(published(TOPICS.deadLetters(), deadLetters));
    }

    private List<TestRecord<String, byte[]>> takeStates() {
        List<TestRecord<String, byte[]>> published = published(TOPICS.domainState(), states);
        published.forEach(record -> take(record, latestStates));
        return published;
    }

    private static List<TestRecord<String, byte[]>> published(
            Topic<String, byte[]> topic, TestOutputTopic<String, byte[]> output) {
        List<TestRecord<String, byte[]>> published = output.readRecordsToList();
        published.forEach(record -> PublishedRecords.check(topic.name(), record.headers(), record.value()));
        return published;
    }

    List<TestRecord<String, byte[]>> takeSeries() {
        List<TestRecord<String, byte[]>> published = published(TOPICS.domainSeries(), series);
        published.forEach(record -> take(record, latestSeries));
        return published;
    }

    /** Keeps what stands latest under each key. */
    static void take(TestRecord<String, byte[]> record, SortedMap<String, ObjectNode> latest) {
        if (record.value() == null) {
            latest.remove(record.key());
        } else {
            latest.put(record.key(), parse(record.value()));
        }
    }

    @Override
    public SortedMap<String, ObjectNode> messages() {
        return messages(store(LedgerRows.FACTS), store(LedgerRows.EVENTS));
    }

    static SortedMap<String, ObjectNode> messages(
            KeyValueStore<byte[], byte[]> facts, KeyValueStore<byte[], byte[]> events) {
        SortedMap<String, ObjectNode> messages = new TreeMap<>();
        for (MessageKey message : messageKeys(facts)) {
            ObjectNode answer = JSON.createObjectNode();
            MessageJson.addTo(answer, message, facts, events, FieldPolicy.KEEP);
            for (JsonNode recipient : answer.get("recipients")) {
                String address = recipient.path("recipient").asText("");
                messages.put(message.text() + "|" + address, withoutPlaces((ObjectNode) recipient));
            }
        }
        return messages;
    }

    private static Set<MessageKey> messageKeys(KeyValueStore<byte[], byte[]> facts) {
        Set<MessageKey> keys = new LinkedHashSet<>();
        try (KeyValueIterator<byte[], byte[]> rows = facts.all()) {
            while (rows.hasNext()) {
                byte[] row = rows.next().key;
                int length = ByteBuffer.wrap(row).getShort();
                keys.add(MessageKey.parse(new String(row, Short.BYTES, length, StandardCharsets.UTF_8)));
            }
        }
        return keys;
    }

    /** What only the product can know: the recipient's key, and where in the raw topic a body stands. */
    private static ObjectNode withoutPlaces(ObjectNode recipient) {
        recipient.remove("recipientKey");
        recipient.get("events").forEach(event -> ((ObjectNode) event).remove(List.of("rawPartition", "rawOffset")));
        return recipient;
    }

    <K> KeyValueStore<K, byte[]> store(String name) {
        return driver.getKeyValueStore(name);
    }

    /** What its processors are told: by itself, that everything is counted, and no ids of topics. */
    Outside outside() {
        return outside;
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
        try {
            Folders.delete(folder.resolve("kept"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
