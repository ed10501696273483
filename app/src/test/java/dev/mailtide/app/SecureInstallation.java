package dev.mailtide.app;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.settings.SettingsReader;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.TopicSettings;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.ingest.IngestService;
import dev.mailtide.ingest.IngestSettings;
import dev.mailtide.processor.ProcessorService;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.ProcessorSettings;
import dev.mailtide.testkit.fault.Sender;
import dev.mailtide.testkit.fixture.PauboxBodies;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;

/** The roles in the test's own process, each from settings as a person would write them. */
final class SecureInstallation {

    static final String WEBHOOK_SECRET = "canary-webhook-0123456789";

    private static final String API_TOKEN = "mt_" + "a".repeat(43);

    private final Path folder;

    private final Map<String, String> more;

    SecureInstallation(Path folder) {
        this(folder, Map.of());
    }

    /** @param more settings, before which its own stand back */
    SecureInstallation(Path folder, Map<String, String> more) {
        this.folder = folder;
        this.more = more;
    }

    /** The settings of all roles, with these for Kafka's clients. */
    SettingsReader settings(Map<String, String> kafka) throws IOException {
        Map<String, String> file = new TreeMap<>();
        kafka.forEach((key, value) -> file.put("kafka." + key, value));
        file.put("ingest.host", "127.0.0.1");
        file.put("ingest.port", Integer.toString(EmbeddedBroker.freePort()));
        file.put("ingest.stop-grace", "0s");
        file.put("processor.host", "127.0.0.1");
        file.put("processor.port", Integer.toString(EmbeddedBroker.freePort()));
        file.put("data-dir", folder.resolve("data").toString());
        file.put("spool.dir", folder.resolve("spool").toString());
        file.put("source.paubox-main.secret", WEBHOOK_SECRET);
        file.put("api.token", API_TOKEN);
        file.put("identity.key", "0f".repeat(32));
        file.put("topics.partitions", "2");
        file.putAll(more);
        return new SettingsReader(file, Map.of());
    }

    Topics topics() throws IOException {
        return TopicSettings.read(settings(Map.of()));
    }

    IngestService ingest(Map<String, String> kafka) throws IOException {
        SettingsReader reader = settings(kafka);
        IngestSettings settings = IngestSettings.read(reader, InstantSource.system());
        KafkaAccess access = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        Roles.finish(Roles.Role.INGEST, reader);
        return new IngestService(settings, settings::access, access, topics, InstantSource.system());
    }

    ProcessorService processor(Map<String, String> kafka, Parts parts) throws IOException {
        SettingsReader reader = settings(kafka);
        ProcessorSettings settings =
                parts == Parts.ALL ? ProcessorSettings.read(reader) : ProcessorSettings.readForFanOut(reader);
        KafkaAccess access = KafkaAccess.read(reader);
        Topics topics = TopicSettings.read(reader);
        Roles.finish(Roles.Role.PROCESSOR, reader);
        return new ProcessorService(settings, parts, access, topics, InstantSource.system(), why -> {});
    }

    /** Posts a delivered message of this domain; returns the answer's status. */
    static int post(IngestService ingest, String domain) throws InterruptedException {
        String body = PauboxBodies.delivered(
                "m-1@" + domain, "care@" + domain, "pat@mail.example", "2026-04-18T20:27:25.379Z");
        return post(ingest, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Posts this body; returns the answer's status. */
    static int post(IngestService ingest, byte[] body) throws InterruptedException {
        return new Sender(ingest.port(), "/webhooks/paubox-main/" + WEBHOOK_SECRET).post(body);
    }

    /** What the query API says of this domain, or its status where it is not 200. */
    static String domain(ProcessorService processor, String domain) throws IOException, InterruptedException {
        return ask(processor, "domains/" + domain);
    }

    /** What the query API answers, or its status where it is not 200. */
    static String ask(ProcessorService processor, String question) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + processor.port() + "/v1/" + question))
                                .header("Authorization", "Bearer " + API_TOKEN)
                                .build(),
                        BodyHandlers.ofString());
        return answer.statusCode() == 200 ? answer.body() : Integer.toString(answer.statusCode());
    }
}
