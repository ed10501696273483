package dev.mailtide.processor;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.http.HttpShell;
import dev.mailtide.common.privacy.PrivacySettings;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.TopicSizes;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.api.ApiSettings;
import dev.mailtide.processor.fanout.FanOutSettings;
import dev.mailtide.processor.peers.PeerSettings;
import dev.mailtide.processor.readmodel.ReadModelSettings;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.TokenStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One processor with its API, on a broker that it shares with nobody. */
final class RunningApi implements AutoCloseable {

    /** Of the settings, which opens everything. */
    static final String ADMIN = "mt_" + "a".repeat(43);

    static final Duration SOON = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedBroker broker;
    private final ProcessorService service;
    private final KafkaProducer<String, byte[]> producer;
    private int receipts;

    final KafkaAccess kafka;
    final Topics topics = new Topics("email.", TopicSizes.DEFAULT);
    final TokenStore tokens;

    /** One that keeps nothing out of its answers. */
    RunningApi(Path folder) throws IOException {
        this(folder, PrivacySettings.KEEP_ALL);
    }

    RunningApi(Path folder, PrivacySettings privacy) throws IOException {
        broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort());
        kafka = KafkaAccess.at(broker.bootstrapServers());
        service = new ProcessorService(
                settings(folder, privacy), Parts.ALL, kafka, topics, InstantSource.system(), why -> {});
        producer = new KafkaProducer<>(kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer());
        tokens = new TokenStore(kafka, topics, InstantSource.system());
        await().atMost(SOON).until(() -> get("/readyz", "").statusCode() == 200);
    }

    private static ProcessorSettings settings(Path folder, PrivacySettings privacy) throws IOException {
        return new ProcessorSettings(
                new HttpShell.Address("127.0.0.1", EmbeddedBroker.freePort(), "processor.port"),
                "api-1",
                folder.resolve("data"),
                1,
                Duration.ofMillis(100),
                Duration.ofDays(35),
                FanOutSettings.upTo(0),
                new Secret(ADMIN),
                new Secret("00".repeat(32)),
                PeerSettings.ALONE,
                privacy,
                ApiSettings.DEFAULT,
                ReadModelSettings.DEFAULT);
    }

    /** Every route that answers, as method and path. */
    List<String> routes() {
        return service.routes();
    }

    int port() {
        return service.port();
    }

    /** Puts it into the raw topic as ingest would. */
    void raw(String body) throws Exception {
        var unused = raw(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The same, and where it stands there. */
    RecordMetadata raw(byte[] body) throws Exception {
        ProducerRecord<String, byte[]> raw = new ProducerRecord<>(topics.raw().name(), "receipt-" + receipts++, body);
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(
                raw.headers(),
                RawHeaders.RECEIVED_AT,
                Long.toString(Instant.now().toEpochMilli()));
        return producer.send(raw).get();
    }

    /** Puts any record into any topic. */
    void record(String topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value.getBytes(StandardCharsets.UTF_8)))
                .get();
    }

    /** Makes a token, and waits until it opens something. */
    String token(String name, Scope scope) {
        String token = tokens.create(name, scope, new SecureRandom()).token().reveal();
        await().atMost(SOON).until(() -> get("/v1/session", token).statusCode() == 200);
        return token;
    }

    HttpResponse<String> get(String path, String token, String... headers) throws IOException, InterruptedException {
        return send(request(path, headers).header("Authorization", "Bearer " + token));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    JsonNode json(String path, String token) throws IOException, InterruptedException {
        return JSON.readTree(get(path, token).body());
    }

    @Override
    public void close() {
        producer.close();
        service.close();
        broker.close();
    }
}
