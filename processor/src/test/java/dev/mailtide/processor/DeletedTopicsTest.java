package dev.mailtide.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mailtide.broker.EmbeddedBroker;
import dev.mailtide.common.event.SenderDomain;
import dev.mailtide.common.settings.Secret;
import dev.mailtide.common.topic.KafkaAccess;
import dev.mailtide.common.topic.RawHeaders;
import dev.mailtide.common.topic.Topics;
import dev.mailtide.processor.ProcessorService.Parts;
import dev.mailtide.processor.tokens.Scope;
import dev.mailtide.processor.tokens.TokenStore;
import dev.mailtide.testkit.fixture.PauboxBodies;
import dev.mailtide.testkit.kafka.TopicReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody deletes topics that nothing is counted from while the processor runs, on a broker of its own. */
class DeletedTopicsTest {

    /** Before a producer gives a record up, which would help as well. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final String DOMAIN = "gone.example";

    @TempDir
    Path folder;

    private final Topics topics = new Topics("gone.", HaltingProcessor.SIZES);
    private final String own = topics.ofDomain(new SenderDomain(DOMAIN)).name();
    private final List<String> gaveUp = new CopyOnWriteArrayList<>();

    /** What a test works with. */
    private record Running(
            KafkaAccess kafka,
            ProcessorService service,
            Admin admin,
            KafkaProducer<String, byte[]> producer,
            ProcessorOutputs outputs) {}

    @FunctionalInterface
    private interface Deleting {
        void with(Running running) throws Exception;
    }

    private void run(Deleting deleting) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("kafka"), EmbeddedBroker.freePort())) {
            KafkaAccess kafka = KafkaAccess.at(broker.bootstrapServers());
            try (ProcessorService service = start(kafka);
                    Admin admin = kafka.openAdmin();
                    KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                            kafka.with(Map.of()), new StringSerializer(), new ByteArraySerializer())) {
                deleting.with(new Running(kafka, service, admin, producer, new ProcessorOutputs(kafka, topics)));
                assertThat(gaveUp).isEmpty();
            }
        }
    }

    @Test
    void the_own_topic_of_a_domain_that_is_deleted_comes_back_and_what_comes_after_is_in_it() throws Exception {
        run(running -> {
            post(running.producer(), 0, 20);
            await().atMost(SOON).until(() -> keysIn(running.kafka()).size() == 20);
            // Some are on their way.
            post(running.producer(), 20, 40);
            running.admin().deleteTopics(List.of(own)).all().get();
            post(running.producer(), 40, 60);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(keysIn(running.kafka())).containsAll(keys(40, 60)));
            await().atMost(SOON).until(() -> counted(running.outputs()) == 60);
            // Deleted while nothing comes, it comes back with the next event.
            running.admin().deleteTopics(List.of(own)).all().get();
            post(running.producer(), 60, 61);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(keysIn(running.kafka())).containsAll(keys(60, 61)));
        });
    }

    @Test
    void dead_letters_that_are_deleted_hold_nothing_up_and_the_topic_comes_back_for_the_next_ones() throws Exception {
        run(running -> {
            post(running.producer(), 0, 1);
            send(running.producer(), "bad-0", "not json");
            await().atMost(SOON).until(() -> counted(running.outputs()) == 1);
            String letters = topics.deadLetters().name();
            await().atMost(SOON)
                    .until(() -> TopicReader.readAll(running.kafka(), letters).size() == 1);
            running.admin().deleteTopics(List.of(letters)).all().get();
            send(running.producer(), "bad-1", "not json");
            post(running.producer(), 1, 20);
            await().atMost(SOON).until(() -> counted(running.outputs()) == 20);
            assertThat(TopicReader.readAll(running.kafka(), letters))
                    .extracting(letter -> letter.key())
                    .containsExactly("bad-1");
        });
    }

    @Test
    void tokens_whose_topic_is_deleted_open_nothing_any_more_and_new_ones_do() throws Exception {
        run(running -> {
            Secret before = token(running.kafka());
            await().atMost(SOON).until(() -> statusFor(running.service(), before) == 200);

            running.admin()
                    .deleteTopics(List.of(topics.apiTokens().name()))
                    .all()
                    .get();

            await().atMost(SOON).until(() -> statusFor(running.service(), before) == 401);
            Secret after = token(running.kafka());
            await().atMost(SOON).until(() -> statusFor(running.service(), after) == 200);
            assertThat(statusFor(running.service(), before)).isEqualTo(401);
        });
    }

    @Test
    void suppressions_whose_topic_is_deleted_are_told_again() throws Exception {
        run(running -> {
            String suppressions = topics.suppressions().name();
            for (int n = 0; n < 5; n++) {
                String body = PauboxBodies.hardBounced(
                        "h-" + n, "care@" + DOMAIN, "pat" + n + "@gmail.com", "2026-04-18T20:27:25.379Z");
                send(running.producer(), "h-" + n, body);
            }
            await().atMost(SOON).until(() -> keys(running.kafka(), suppressions).size() == 5);
            Set<String> before = keys(running.kafka(), suppressions);

            running.admin().deleteTopics(List.of(suppressions)).all().get();

            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> keys(running.kafka(), suppressions).equals(before));
        });
    }

    private static Set<String> keys(KafkaAccess kafka, String topic) throws Exception {
        Set<String> keys = new TreeSet<>();
        TopicReader.readAll(kafka, topic).forEach(record -> keys.add(record.key()));
        return keys;
    }

    private Secret token(KafkaAccess kafka) {
        return new TokenStore(kafka, topics, InstantSource.system())
                .create("test", Scope.ALL, new SecureRandom())
                .token();
    }

    private static int statusFor(ProcessorService service, Secret token) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/v1/domains"))
                .header("Authorization", "Bearer " + token.reveal())
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private ProcessorService start(KafkaAccess kafka) {
        return new ProcessorService(
                HaltingProcessor.settings(folder.resolve("data"), "p-1"),
                Parts.ALL,
                kafka,
                topics,
                InstantSource.system(),
                gaveUp::add);
    }

    private void post(KafkaProducer<String, byte[]> producer, int from, int to) throws Exception {
        for (int n = from; n < to; n++) {
            String body =
                    PauboxBodies.delivered("m-" + n, "care@" + DOMAIN, "pat@gmail.com", "2026-04-18T20:27:25.379Z");
            send(producer, "r-" + n, body);
        }
    }

    private void send(KafkaProducer<String, byte[]> producer, String receiptId, String body) throws Exception {
        ProducerRecord<String, byte[]> raw =
                new ProducerRecord<>(topics.raw().name(), receiptId, body.getBytes(StandardCharsets.UTF_8));
        RawHeaders.add(raw.headers(), RawHeaders.SOURCE, "paubox-main");
        RawHeaders.add(raw.headers(), RawHeaders.PROVIDER, "paubox");
        RawHeaders.add(raw.headers(), RawHeaders.RECEIVED_AT, "1776544045379");
        producer.send(raw).get();
    }

    private Set<String> keysIn(KafkaAccess kafka) throws Exception {
        try (Admin admin = kafka.openAdmin()) {
            return admin.listTopics().names().get().contains(own) ? keys(kafka, own) : Set.of();
        }
    }

    private static int counted(ProcessorOutputs outputs) {
        return Optional.ofNullable(outputs.states().get(DOMAIN))
                .map(state -> state.at("/messages/total").intValue())
                .orElse(0);
    }

    private static Set<String> keys(int from, int to) {
        Set<String> keys = new TreeSet<>();
        IntStream.range(from, to).forEach(n -> keys.add(DOMAIN + "/m-" + n));
        return keys;
    }
}
