package dev.mailtide.processor;

import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.peers.PeerSettings;
import dev.mailtide.processor.streams.OnStop;
import dev.mailtide.testkit.fault.BrokerChild;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Instances of one processor, in this process, on a broker that they share with nobody. */
final class TwoInstances implements AutoCloseable {

    static final String TOKEN = "mt_" + "a".repeat(43);
    static final String INTERNAL_SECRET = "internal-secret-of-the-test";

    private static final Duration READY_MAX = Duration.ofSeconds(60);

    private final Path folder;
    private final BrokerChild broker;
    private final Topics topics = new Topics("email.", TopicSizes.DEFAULT);
    private final KafkaProducer<String, byte[]> producer;
    private final List<ProcessorService> services = new CopyOnWriteArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int receipts;

    TwoInstances(Path folder) throws IOException {
        this.folder = folder;
        this.broker = new BrokerChild(folder.resolve("kafka"), EmbeddedBroker.freePort());
        this.producer =
                new KafkaProducer<>(broker.access().with(Map.of()), new StringSerializer(), new ByteArraySerializer());
    }

    /** Why instances gave up, each with its folder, in the order in which they did. */
    final List<String> gaveUp = new CopyOnWriteArrayList<>();

    /** Starts one; its state is in a folder of this name. */
    ProcessorService start(String instance, String data) throws IOException {
        return start(instance, data, 0);
    }

    /** The same, and others ask at this port instead of its own. */
    ProcessorService start(String instance, String data, int advertisedPort) throws IOException {
        ProcessorSettings settings = new ProcessorSettings(
                new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "processor.port"),
                instance,
                folder.resolve(data),
                1,
                Duration.ofMillis(100),
                Duration.ofDays(35),
                2,
                new Secret(TOKEN),
                new Secret("00".repeat(32)),
                new PeerSettings("", advertisedPort, 1, OnStop.STAY, Optional.of(new Secret(INTERNAL_SECRET))));
        ProcessorService service = new ProcessorService(
                settings,
                Parts.ALL,
                broker.access(),
                topics,
                InstantSource.system(),
                why -> gaveUp.add(data + ": " + why));
        services.add(service);
        return service;
    }

    void awaitReady(ProcessorService service) {
        await().atMost(READY_MAX).until(() -> get(service, "/readyz", "").statusCode() == 200);
    }

    /** Puts it into the raw topic as ingest would. */
    void raw(String body) throws Exception {
        ProducerRecord<String, byte[]> raw = new ProducerRecord<>(
                topics.raw().name(), "receipt-" + receipts++, body.getBytes(StandardCharsets.UTF_8));
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(
                raw.headers(),
                RawHeaders.RECEIVED_AT,
                Long.toString(Instant.now().toEpochMilli()));
        producer.send(raw).get();
    }

    /** Puts any record into any topic. */
    void record(String topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    /** How to reach the broker. */
    KafkaAccess kafka() {
        return broker.access();
    }

    Topics topics() {
        return topics;
    }

    /** What this instance answers to a user of the API who posts this. */
    HttpResponse<String> post(ProcessorService service, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("Authorization", "Bearer " + TOKEN)
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What this instance answers to a user of the API. */
    HttpResponse<String> ask(ProcessorService service, String path, String... headers)
            throws IOException, InterruptedException {
        return get(service, path, TOKEN, headers);
    }

    /** The same with any token. */
    HttpResponse<String> get(ProcessorService service, String path, String token, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A counter of this instance. */
    double metric(ProcessorService service, String line) throws IOException, InterruptedException {
        return get(service, "/metrics", "")
                .body()
                .lines()
                .filter(text -> text.startsWith(line + " "))
                .mapToDouble(text -> Double.parseDouble(text.substring(text.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        producer.close();
        services.forEach(ProcessorService::close);
        broker.close();
    }
}
