package dev.mailtide.processor.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.privacy.EventPolicy;
import dev.mailtide.common.run.Health;
import dev.mailtide.common.run.Meters;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.streams.StreamsSettings;
import dev.mailtide.testkit.kafka.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Instances of the fan-out in this process, the events that they were given, and where these stand now. */
final class FanOuts implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(90);
    static final Topics TOPICS = new Topics("email.", TopicSizes.DEFAULT);

    private final KafkaAccess kafka;
    private final KafkaAccess own;
    private final Path folder;
    private final KafkaProducer<String, byte[]> producer;
    private final List<FanOutApplication> running = new CopyOnWriteArrayList<>();
    private final Map<String, Meters> meters = new TreeMap<>();
    private final Map<String, Health> healths = new TreeMap<>();
    private int published;

    /** Why instances gave up. */
    final List<String> gaveUp = new CopyOnWriteArrayList<>();

    /** On this Kafka, with nothing in it. */
    FanOuts(KafkaAccess kafka, Path folder) {
        this(kafka, kafka, folder);
    }

    /** @param own how the instances themselves reach it */
    FanOuts(KafkaAccess kafka, KafkaAccess own, Path folder) {
        this.kafka = kafka;
        this.own = own;
        this.folder = folder;
        kafka.createMissing(TOPICS.fixed());
        this.producer = new KafkaProducer<>(
                kafka.with(Map.of("linger.ms", "5")), new StringSerializer(), new ByteArraySerializer());
    }

    FanOutApplication start(String instance, FanOutSettings settings) {
        meters.put(instance, new Meters());
        Health health = new Health();
        healths.put(instance, health);
        FanOutApplication application = start(
                own,
                folder.resolve(instance),
                instance,
                settings,
                new FanOutApplication.Probes(health, meterOf(instance), InstantSource.system()),
                gaveUp);
        running.add(application);
        return application;
    }

    static FanOutApplication start(
            KafkaAccess kafka,
            Path folder,
            String instance,
            FanOutSettings settings,
            FanOutApplication.Probes probes,
            Collection<String> gaveUp) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new FanOutApplication(
                new StreamsSettings(
                        FanOutApplication.APPLICATION_ID, instance, folder, 1, Duration.ofMillis(100), (short) 1),
                kafka,
                TOPICS,
                new FanOutApplication.Rules(settings, EventPolicy.KEEP_ALL),
                probes,
                gaveUp::add);
    }

    void stop(FanOutApplication application) {
        application.close();
        running.remove(application);
    }

    double metric(String instance, String line) {
        return meterOf(instance)
                .scrape()
                .lines()
                .filter(text -> text.startsWith(line + " "))
                .mapToDouble(text -> Double.parseDouble(text.substring(text.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    /** What is wrong with it. */
    List<String> problems(String instance) {
        return Optional.ofNullable(healths.get(instance)).orElseThrow().problems();
    }

    private Meters meterOf(String instance) {
        return Optional.ofNullable(meters.get(instance)).orElseThrow();
    }

    /** One event of each of these domains, with this message id. */
    void publish(Collection<String> domains, String messageId) {
        for (String domain : domains) {
            var unused = producer.send(new ProducerRecord<>(
                    TOPICS.events().name(), domain + "/" + messageId, "{}".getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
        published += domains.size();
    }

    /** So many events of one domain, {@code name-0} and so on. */
    void publish(String domain, String name, int events) {
        for (int n = 0; n < events; n++) {
            publish(List.of(domain), name + "-" + n);
        }
    }

    /** Those that were published and are to go nowhere. */
    void ignoring(int events) {
        published -= events;
    }

    /** Waits until as many events stand somewhere as were published, and checks that each stands there once. */
    SortedMap<String, List<String>> awaitAll() {
        await().atMost(SOON)
                .until(() -> standing().values().stream().mapToInt(List::size).sum() >= published);
        SortedMap<String, List<String>> standing = standing();
        assertThat(standing.entrySet())
                .allSatisfy(
                        event -> assertThat(event.getValue()).as(event.getKey()).hasSize(1));
        assertThat(standing).hasSize(published);
        return standing;
    }

    /** In which topics each event stands, by key, with as many entries as it has records. */
    SortedMap<String, List<String>> standing() {
        List<String> topics = new ArrayList<>(ownTopics());
        topics.add(TOPICS.domainOverflow().name());
        SortedMap<String, List<String>> standing = new TreeMap<>();
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                kafka.with(Map.of("isolation.level", "read_committed", "auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(event -> standing.computeIfAbsent(event.key(), key -> new ArrayList<>())
                                .add(event.topic()));
            }
        }
        return standing;
    }

    NavigableSet<String> ownTopics() {
        try (Admin admin = kafka.openAdmin()) {
            NavigableSet<String> own = new TreeSet<>();
            admin.listTopics().names().get().stream()
                    .filter(TOPICS::isOfADomain)
                    .forEach(own::add);
            return own;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void deleteTopics(Set<String> names) throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            admin.deleteTopics(names).all().get();
        }
    }

    /** Each domain's latest row, as its reader sees it: by the schema. */
    SortedMap<String, Route> routes() {
        SortedMap<String, Route> routes = new TreeMap<>();
        TopicReader.readAll(kafka, TOPICS.domainRoutes().name())
                .forEach(row -> routes.put(row.key(), Route.of(row.value()).orElseThrow()));
        return routes;
    }

    Route routeOf(String domain) {
        return Optional.ofNullable(routes().get(domain)).orElseThrow();
    }

    DomainRoutes orders() {
        return new DomainRoutes(kafka, TOPICS);
    }

    static String own(String domain) {
        return TOPICS.ofDomain(new SenderDomain(domain)).name();
    }

    static String overflow() {
        return TOPICS.domainOverflow().name();
    }

    @Override
    public void close() {
        producer.close();
        running.forEach(FanOutApplication::close);
    }
}
